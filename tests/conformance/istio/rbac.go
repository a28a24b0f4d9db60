// What Envoy answers by RBAC rules: as much of its matching as istiod makes use of.
// Anything else is an error, never a guess.
package main

import (
	"fmt"
	"regexp"
	"strings"

	rbac "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	template "github.com/envoyproxy/go-control-plane/envoy/extensions/path/match/uri_template/v3"
	matcher "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
)

// connection is what Envoy knows of a caller and its request.
type connection struct {
	from caller
	ask  request
}

// unknown ends the answering; answers recovers.
type unknown struct{ what any }

func answers(rules []*rbac.RBAC, c connection) (allowed bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			if u, is := r.(unknown); is {
				err = fmt.Errorf("the evaluator does not know %T %v", u.what, u.what)
				return
			}
			panic(r)
		}
	}()
	for _, one := range rules {
		matched := false
		for _, policy := range one.GetPolicies() {
			matched = matched || c.matches(policy)
		}
		if matched != (one.GetAction() == rbac.RBAC_ALLOW) {
			return false, nil
		}
	}
	return true, nil
}

func (c connection) matches(policy *rbac.Policy) bool {
	return some(policy.Permissions, c.permission) && some(policy.Principals, c.principal)
}

func some[T any](all []T, holds func(T) bool) bool {
	for _, one := range all {
		if holds(one) {
			return true
		}
	}
	return false
}

func every[T any](all []T, holds func(T) bool) bool {
	return !some(all, func(one T) bool { return !holds(one) })
}

func (c connection) permission(p *rbac.Permission) bool {
	switch rule := p.Rule.(type) {
	case *rbac.Permission_Any:
		return rule.Any
	case *rbac.Permission_AndRules:
		return every(rule.AndRules.Rules, c.permission)
	case *rbac.Permission_OrRules:
		return some(rule.OrRules.Rules, c.permission)
	case *rbac.Permission_NotRule:
		return !c.permission(rule.NotRule)
	case *rbac.Permission_DestinationPort:
		return rule.DestinationPort == c.ask.port
	case *rbac.Permission_Header:
		return c.header(rule.Header)
	case *rbac.Permission_UrlPath:
		return matchText(rule.UrlPath.GetPath(), c.urlPath())
	case *rbac.Permission_UriTemplate:
		var config template.UriTemplateMatchConfig
		if err := rule.UriTemplate.TypedConfig.UnmarshalTo(&config); err != nil {
			panic(unknown{rule})
		}
		return matchTemplate(config.PathTemplate, c.urlPath())
	}
	panic(unknown{p.Rule})
}

// urlPath is the path without query and fragment.
func (c connection) urlPath() string {
	if at := strings.IndexAny(c.ask.path, "?#"); at >= 0 {
		return c.ask.path[:at]
	}
	return c.ask.path
}

func (c connection) header(h *route.HeaderMatcher) bool {
	if h.Name != ":method" || h.GetInvertMatch() {
		panic(unknown{h})
	}
	if h.GetPresentMatch() {
		return c.ask.method != ""
	}
	return c.ask.method != "" && matchText(h.GetStringMatch(), c.ask.method)
}

func (c connection) principal(p *rbac.Principal) bool {
	switch id := p.Identifier.(type) {
	case *rbac.Principal_Any:
		return id.Any
	case *rbac.Principal_AndIds:
		return every(id.AndIds.Ids, c.principal)
	case *rbac.Principal_OrIds:
		return some(id.OrIds.Ids, c.principal)
	case *rbac.Principal_NotId:
		return !c.principal(id.NotId)
	case *rbac.Principal_Authenticated_:
		name := c.from.identity()
		return name != "" && (id.Authenticated.PrincipalName == nil || matchText(id.Authenticated.PrincipalName, name))
	case *rbac.Principal_Metadata:
		return c.metadata(id.Metadata)
	}
	panic(unknown{p.Identifier})
}

// metadata: issuer and subject of a verified token.
func (c connection) metadata(m *matcher.MetadataMatcher) bool {
	var path []string
	for _, segment := range m.Path {
		path = append(path, segment.GetKey())
	}
	at := strings.LastIndex(c.from.token, "/")
	if at < 0 {
		return m.GetInvert()
	}
	switch m.Filter + " " + strings.Join(path, " ") {
	case "envoy.filters.http.jwt_authn payload iss":
		return matchText(m.Value.GetStringMatch(), c.from.token[:at]) != m.GetInvert()
	case "envoy.filters.http.jwt_authn payload sub":
		return matchText(m.Value.GetStringMatch(), c.from.token[at+1:]) != m.GetInvert()
	}
	panic(unknown{m})
}

func matchText(m *matcher.StringMatcher, text string) bool {
	if m.GetIgnoreCase() {
		panic(unknown{m})
	}
	switch pattern := m.GetMatchPattern().(type) {
	case *matcher.StringMatcher_Exact:
		return text == pattern.Exact
	case *matcher.StringMatcher_Prefix:
		return strings.HasPrefix(text, pattern.Prefix)
	case *matcher.StringMatcher_Suffix:
		return strings.HasSuffix(text, pattern.Suffix)
	case *matcher.StringMatcher_SafeRegex:
		return regexp.MustCompile(`^(?:` + pattern.SafeRegex.Regex + `)$`).MatchString(text)
	}
	panic(unknown{m})
}

// matchTemplate: "*" is one segment, "**" any text, both in Envoy's own alphabet.
func matchTemplate(pattern, path string) bool {
	const letter = `[a-zA-Z0-9\-._~%!$&'()+,;:@=`
	stars := strings.NewReplacer(`\*\*`, letter+`/]*`, `\*`, letter+`]+`)
	return regexp.MustCompile(`^` + stars.Replace(regexp.QuoteMeta(pattern)) + `$`).MatchString(path)
}
