/* api/value.h - texts that end up in manifests, by the rules of the programs that admit them: the
 * API server of Kubernetes (apimachinery's validation) and the webhook of Istio
 * (pkg/config/validation).  A text that passes here is admitted there.  All kinds use these; none
 * has rules of its own. */
#ifndef WEFT_API_VALUE_H
#define WEFT_API_VALUE_H

#include "api/destination.h"
#include "base/decode.h"

/* Istio's ValidateFQDN: labels of at most 63 letters, digits and '-', 253 bytes together, the last
 * label not a number. */
bool value_is_host_name(const char *text);
/* An IPv4 or IPv6 address, without brackets, zone or port. */
bool value_is_ip_address(const char *text);
/* A host name, or an IP address that other hosts can connect to: not unspecified, loopback,
 * link-local, multicast or broadcast. */
bool value_is_reachable(const char *text);
/* A label of Kubernetes: [prefix/]name, and its value. */
bool value_is_label_key(const char *text);
bool value_is_label_value(const char *text);

/* All of these take "" as not given, and give a diag that says what is wrong and what to write. */

/* An address that other hosts can connect to: not unspecified, loopback, link-local, multicast or
 * broadcast (as ValidateNonSpecialIP of Kubernetes). */
void value_check_ip(const struct at *at, const char *text);
/* A virtual address: such an address, or a network such as 10.0.0.0/8. */
void value_check_network(const struct at *at, const char *text);
/* A host name. */
void value_check_host(const struct at *at, const char *text);
/* A host name, or "*." and one. */
void value_check_wildcard_host(const struct at *at, const char *text);
/* A host name, with "*." or without, or an address as above: how operators and load balancers give
 * the address of a gateway. */
void value_check_address(const struct at *at, const char *text);
/* The name of a port of a ServiceEntry. */
void value_check_port_name(const struct at *at, const char *text);
/* What a port is called in manifests: its name, or its protocol when it has none. */
const char *value_port_name(const struct service_port *port);
/* The ports of one ServiceEntry, which cannot share numbers or names.  Ports that are not TCP are
 * left out there, so they do not count. */
void value_check_ports(const struct at *list, const struct service_port *ports, size_t count);
/* The labels of a map. */
void value_check_labels(const struct at *at, const struct pair *labels, size_t count);
/* A text that becomes the value of a label or a part of a locality. */
void value_check_label_value(const struct at *at, const char *text);

#endif
