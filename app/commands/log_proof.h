/* app/commands/log_proof.h - weft log --proof: shows that the certificate log of the output branch
 * has a certificate. */
#ifndef WEFT_APP_COMMANDS_LOG_PROOF_H
#define WEFT_APP_COMMANDS_LOG_PROOF_H

#include "app/options.h"

int log_proof_main(const struct options *options);
/* Whether an option's value is the beginning of a serial or fingerprint; else says so. */
bool log_proof_serial(const char *option, const char *value);

#endif
