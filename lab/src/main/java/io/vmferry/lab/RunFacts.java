package io.vmferry.lab;

import io.vmferry.protocol.BuildInfo;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a report says about its run: the version, the JDK, when and by which command. */
public final class RunFacts {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT);

    private RunFacts() {}

    /**
     * Names and values, in their order; the caller may add to them.
     *
     * @param program its name below {@code scripts}
     */
    public static Map<String, String> of(String program, List<String> arguments) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Version", version());
        facts.put("Date", ZonedDateTime.now(ZoneOffset.UTC).format(TIME));
        facts.put("JDK", Runtime.version() + " of " + System.getProperty("java.vendor"));
        facts.put("Command", "scripts/" + program + " " + String.join(" ", arguments));
        return facts;
    }

    private static String version() {
        BuildInfo build = BuildInfo.running();
        return build.version() + ", commit " + build.commit();
    }
}
