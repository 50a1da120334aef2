package io.vmferry.lab.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A report as a web page in one file, which opens without a network. What it takes as a value is
 * text and is escaped.
 */
public final class HtmlPage {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StringBuilder text = new StringBuilder();

    /**
     * Begins a page.
     *
     * @param facts what was run, how and when, as names and values under the title
     */
    public HtmlPage(String title, Map<String, String> facts) {
        add(
                """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>vmferry: %s</title>
                """,
                title);
        text.append("<style>\n").append(resource("page.css")).append("</style>\n</head>\n<body>\n");
        add("<header><h1>%s</h1>\n<dl class=\"facts\">", title);
        facts.forEach((name, value) -> add("<div><dt>%s<dd>%s</div>\n", name, value));
        add("</dl></header>\n");
    }

    /**
     * Adds HTML.
     *
     * @param html with {@code %s} for each value, in a text or in an attribute with quotes
     */
    public HtmlPage add(String html, Object... values) {
        Object[] escaped = Arrays.stream(values).map(v -> escaped(String.valueOf(v))).toArray();
        text.append(html.formatted(escaped));
        return this;
    }

    /**
     * Adds the filter: a search, and a box to tick for each outcome, which explains its letter.
     *
     * @param counts how many cells have an outcome
     * @param groups the values of {@code data-group} to choose from; empty for no such choice
     */
    public HtmlPage filter(Map<PageCode, Long> counts, List<String> groups) {
        add("<form id=\"filter\" role=\"search\" hidden>\n");
        add("<label>Search <input type=\"search\" name=\"text\"></label>\n");
        if (!groups.isEmpty()) {
            add("<label>Side <select name=\"group\"><option value=\"\">both");
            groups.forEach(group -> add("<option>%s", group));
            add("</select></label>\n");
        }
        add("<fieldset><legend>Only rows with</legend>\n");
        counts.forEach((code, count) ->
                add(
                        "<label class=\"%s\"><input type=\"checkbox\" name=\"only\" value=\"%s\"> %s"
                                + " <small>%s</small></label>\n",
                        code.look(), code.look(), code.word(), "%,d".formatted(count)));
        return add(
                "</fieldset>\n<button type=\"reset\">All</button> <output></output>\n</form>\n"
                        + "<noscript><p>Without JavaScript this page has no filter and no details of"
                        + " cells.</noscript>\n");
    }

    /**
     * Ends the page.
     *
     * @param data what the details are made of
     * @param script the resource of this package that makes them
     */
    public String end(JsonNode data, String script) {
        add("<dialog id=\"details\"><form method=\"dialog\"><button>Close</button></form>");
        add("<div></div></dialog>\n<script type=\"application/json\" id=\"data\">");
        text.append(embedded(data)).append("</script>\n<script>\n");
        text.append(resource(script)).append(resource("page.js")).append("</script>\n");
        return text.append("</body>\n</html>\n").toString();
    }

    /** JSON in which nothing can end the element that it stands in. */
    private static String embedded(JsonNode data) {
        try {
            return JSON.writeValueAsString(data).replace("<", "\\u003c");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = HtmlPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("No resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Text as it stands in an element or an attribute, of XML too. */
    public static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
