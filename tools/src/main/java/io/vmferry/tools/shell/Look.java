package io.vmferry.tools.shell;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vmferry.protocol.qmp.JsonText;
import io.vmferry.tools.qmp.QmpCall;
import io.vmferry.tools.qmp.QmpNotice;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** The formats of JSON and events. */
enum Look {
    /** One line of JSON for each, as the server sends it. */
    RAW {
        @Override
        String json(JsonNode value) {
            return JsonText.print(value);
        }

        @Override
        String event(QmpNotice event, ZoneId zone) {
            return JsonText.print(event.message());
        }
    },

    /** For people: JSON over several lines, events as a time and words. */
    PRETTY {
        @Override
        String json(JsonNode value) {
            try {
                return Writer.INDENTED.writeValueAsString(value);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }

        // the human monitor returns what it would have printed
        @Override
        String result(QmpCall call, JsonNode value) {
            return call.command().equals(HUMAN_MONITOR) && value.isTextual()
                    ? value.textValue().replace("\r\n", "\n").stripTrailing()
                    : json(value);
        }

        @Override
        String event(QmpNotice event, ZoneId zone) {
            StringBuilder text = new StringBuilder();
            text.append(Writer.TIME.withZone(zone).format(event.at()));
            text.append("  ").append(event.name());
            for (Map.Entry<String, JsonNode> member : event.data().properties()) {
                JsonNode value = member.getValue();
                text.append(' ').append(member.getKey()).append('=');
                text.append(value.isTextual() ? value.textValue() : JsonText.print(value));
            }
            return text.toString();
        }
    };

    private static final String HUMAN_MONITOR = "human-monitor-command";

    /** Made when the first value is printed so. */
    private static final class Writer {

        private static final DateTimeFormatter TIME =
                DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS", Locale.ROOT);

        private static final DefaultIndenter STEP = new DefaultIndenter("  ", "\n");

        private static final ObjectWriter INDENTED =
                JsonMapper.builder()
                        .build()
                        .writer(
                                new DefaultPrettyPrinter(
                                                Separators.createDefaultInstance()
                                                        .withObjectFieldValueSpacing(
                                                                Separators.Spacing.AFTER)
                                                        .withObjectEmptySeparator("")
                                                        .withArrayEmptySeparator(""))
                                        .withObjectIndenter(STEP)
                                        .withArrayIndenter(STEP));
    }

    /** A value. */
    abstract String json(JsonNode value);

    /** What a command returned. */
    String result(QmpCall call, JsonNode value) {
        return json(value);
    }

    /** An event, without a line feed. */
    abstract String event(QmpNotice event, ZoneId zone);
}
