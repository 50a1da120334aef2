package io.vmferry.machine.link;

import io.vmferry.machine.link.MigrationAddress.AddressException;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The options after the port of {@code tcp:HOST:PORT}, in the grammars that QEMU has had. */
final class TcpOptionText {

    private static final Set<String> SWITCHES =
            Set.of("numeric", "ipv4", "ipv6", "keep-alive", "mptcp");
    private static final Set<String> NUMBERS =
            Set.of("to", "keep-alive-count", "keep-alive-idle", "keep-alive-interval");
    private static final Pattern OLD_LIMIT = Pattern.compile("\\s*([+-]?[0-9]+)(?:,.*)?");

    private TcpOptionText() {}

    /** Reads what follows the port: nothing, or a comma and options. */
    static TcpOptions parse(String text, Profile profile) throws AddressException {
        Map<String, Boolean> switches = new LinkedHashMap<>();
        Map<String, BigInteger> numbers = new LinkedHashMap<>();
        if (profile.has(Trait.TCP_OPTIONS_CHECKED)) {
            readAll(text, switches, numbers);
        } else {
            readKnown(text, switches, numbers);
        }
        return options(switches, numbers);
    }

    /** Every word has to be an option; one without a value is a switch that is on. */
    private static void readAll(
            String text, Map<String, Boolean> switches, Map<String, BigInteger> numbers)
            throws AddressException {
        for (String word : text.split(",")) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            String value = equals < 0 ? "on" : word.substring(equals + 1);
            boolean off =
                    equals < 0 && name.startsWith("no") && SWITCHES.contains(name.substring(2));
            if (off) {
                switches.put(name.substring(2), false);
            } else if (SWITCHES.contains(name)) {
                switches.put(name, flag(name, value));
            } else if (NUMBERS.contains(name)) {
                numbers.put(name, number(name, value));
            } else if (!word.isEmpty()) {
                throw new AddressException("Invalid parameter '%s'".formatted(name));
            }
        }
    }

    private static boolean flag(String name, String value) throws AddressException {
        return switch (value) {
            case "on", "yes", "true", "y" -> true;
            case "off", "no", "false", "n" -> false;
            default ->
                    throw new AddressException(
                            "Parameter '%s' expects 'on' or 'off'".formatted(name));
        };
    }

    private static BigInteger number(String name, String value) throws AddressException {
        boolean hexadecimal = value.matches("0[xX]\\p{XDigit}+");
        if (!hexadecimal && !value.matches("[0-9]+")) {
            throw new AddressException("Parameter '%s' expects a number".formatted(name));
        }
        return hexadecimal ? new BigInteger(value.substring(2), 16) : new BigInteger(value);
    }

    /** Known options are found at any position; the rest is ignored. */
    private static void readKnown(
            String text, Map<String, Boolean> switches, Map<String, BigInteger> numbers)
            throws AddressException {
        int limit = text.indexOf(",to=");
        if (limit >= 0) {
            Matcher matcher = OLD_LIMIT.matcher(text.substring(limit + ",to=".length()));
            if (!matcher.matches()) {
                throw new AddressException("error parsing to= argument");
            }
            numbers.put("to", new BigInteger(matcher.group(1)));
        }
        for (String name : new String[] {"ipv4", "ipv6", "keep-alive", "mptcp"}) {
            int at = text.indexOf("," + name);
            if (at >= 0) {
                switches.put(name, oldFlag(name, text.substring(at + 1 + name.length())));
            }
        }
    }

    private static boolean oldFlag(String name, String rest) throws AddressException {
        return switch (rest.split(",", 2)[0]) {
            case "", "=on" -> true;
            case "=off" -> false;
            default ->
                    throw new AddressException(
                            "error parsing '%s' flag '%s'".formatted(name, rest));
        };
    }

    private static TcpOptions options(
            Map<String, Boolean> switches, Map<String, BigInteger> numbers) {
        BigInteger last = numbers.get("to");
        return new TcpOptions(
                Optional.ofNullable(switches.get("ipv4")),
                Optional.ofNullable(switches.get("ipv6")),
                last == null ? OptionalInt.empty() : OptionalInt.of(last.intValue() & 0xffff),
                switches.getOrDefault("mptcp", false),
                switches.getOrDefault("numeric", false),
                Optional.ofNullable(switches.get("keep-alive")),
                seconds(numbers.get("keep-alive-count")),
                seconds(numbers.get("keep-alive-idle")),
                seconds(numbers.get("keep-alive-interval")));
    }

    /** 0 stands for the default. */
    private static OptionalInt seconds(@Nullable BigInteger number) {
        return number == null || number.signum() == 0
                ? OptionalInt.empty()
                : OptionalInt.of(number.min(BigInteger.valueOf(Short.MAX_VALUE)).intValue());
    }
}
