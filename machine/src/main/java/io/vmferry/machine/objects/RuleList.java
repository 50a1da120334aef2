package io.vmferry.machine.objects;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.machine.tls.PeerAuthorization;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules of which the first that matches decides, as {@code authz-list} has them.
 *
 * @param allowed what holds where none matches
 */
record RuleList(List<Rule> rules, boolean allowed) implements PeerAuthorization {

    RuleList {
        rules = List.copyOf(rules);
    }

    /**
     * One rule.
     *
     * @param glob whether {@code *} and {@code ?} in the pattern stand for anything
     */
    record Rule(String pattern, boolean glob, boolean allows) {

        boolean matches(String identity) {
            return glob ? matches(pattern, identity) : pattern.equals(identity);
        }

        /** Goes back to the last star only, so that no pattern costs more than its length times. */
        private static boolean matches(String glob, String text) {
            int at = 0;
            int star = -1;
            int retry = 0;
            int i = 0;
            while (i < text.length()) {
                if (at < glob.length() && glob.charAt(at) == '*') {
                    star = at++;
                    retry = i;
                } else if (at < glob.length()
                        && (glob.charAt(at) == '?' || glob.charAt(at) == text.charAt(i))) {
                    at++;
                    i++;
                } else if (star >= 0) {
                    at = star + 1;
                    i = ++retry;
                } else {
                    return false;
                }
            }
            while (at < glob.length() && glob.charAt(at) == '*') {
                at++;
            }
            return at == glob.length();
        }
    }

    /** The rules of an object's properties, whose types have been checked. */
    static RuleList of(JsonNode properties) {
        List<Rule> rules = new ArrayList<>();
        for (JsonNode rule : properties.path("rules")) {
            rules.add(
                    new Rule(
                            rule.get("match").textValue(),
                            rule.path("format").asText("exact").equals("glob"),
                            isAllow(rule.get("policy"))));
        }
        return new RuleList(rules, isAllow(properties.path("policy")));
    }

    private static boolean isAllow(JsonNode policy) {
        return policy.asText().equals("allow");
    }

    @Override
    public boolean allows(String identity) {
        return rules.stream()
                .filter(rule -> rule.matches(identity))
                .findFirst()
                .map(Rule::allows)
                .orElse(allowed);
    }
}
