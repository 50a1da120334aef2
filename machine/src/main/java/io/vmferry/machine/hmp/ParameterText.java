package io.vmferry.machine.hmp;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.util.ArrayList;
import java.util.List;

/**
 * HMP's {@code info migrate_parameters}: the result of {@code query-migrate-parameters} as text.
 */
final class ParameterText {

    /** The parameters that are at the same position in every version. */
    private static final List<Parameter> FIRST =
            List.of(
                    Parameter.ANNOUNCE_INITIAL,
                    Parameter.ANNOUNCE_MAX,
                    Parameter.ANNOUNCE_ROUNDS,
                    Parameter.ANNOUNCE_STEP,
                    Parameter.COMPRESS_LEVEL,
                    Parameter.COMPRESS_THREADS,
                    Parameter.COMPRESS_WAIT_THREAD,
                    Parameter.DECOMPRESS_THREADS,
                    Parameter.THROTTLE_TRIGGER_THRESHOLD,
                    Parameter.CPU_THROTTLE_INITIAL,
                    Parameter.CPU_THROTTLE_INCREMENT,
                    Parameter.CPU_THROTTLE_TAILSLOW,
                    Parameter.MAX_CPU_THROTTLE,
                    Parameter.TLS_CREDS,
                    Parameter.TLS_HOSTNAME,
                    Parameter.TLS_AUTHZ,
                    Parameter.MAX_BANDWIDTH,
                    Parameter.AVAIL_SWITCHOVER_BANDWIDTH,
                    Parameter.MAX_POSTCOPY_BANDWIDTH,
                    Parameter.DOWNTIME_LIMIT,
                    Parameter.X_CHECKPOINT_DELAY,
                    Parameter.BLOCK_INCREMENTAL,
                    Parameter.MULTIFD_CHANNELS,
                    Parameter.MULTIFD_COMPRESSION,
                    Parameter.ZERO_PAGE_DETECTION,
                    Parameter.XBZRLE_CACHE_SIZE);

    private static final List<Parameter> LAST =
            List.of(
                    Parameter.BLOCK_BITMAP_MAPPING,
                    Parameter.X_VCPU_DIRTY_LIMIT_PERIOD,
                    Parameter.VCPU_DIRTY_LIMIT,
                    Parameter.MODE,
                    Parameter.DIRECT_IO,
                    Parameter.X_RDMA_CHUNK_SIZE,
                    Parameter.CPR_EXEC_COMMAND);

    private static final List<Parameter> ONCE_LATER =
            List.of(Parameter.MAX_POSTCOPY_BANDWIDTH, Parameter.TLS_AUTHZ);

    private ParameterText() {}

    static String of(Profile profile, JsonNode parameters) {
        StringBuilder text = new StringBuilder();
        for (Parameter parameter : order(profile)) {
            JsonNode value = parameters.path(parameter.text());
            if (!value.isMissingNode()) {
                text.append(parameter.text()).append(':');
                text.append(value(parameter, value, profile)).append('\n');
            }
        }
        return text.toString();
    }

    private static List<Parameter> order(Profile profile) {
        List<Parameter> order = new ArrayList<>(FIRST);
        if (!profile.has(Trait.INFO_PARAMETERS_GROUPED)) {
            order.removeAll(ONCE_LATER);
            order.addAll(ONCE_LATER);
        }
        order.addAll(LAST);
        return order;
    }

    private static String value(Parameter parameter, JsonNode value, Profile profile) {
        return switch (parameter) {
            case TLS_CREDS, TLS_HOSTNAME, TLS_AUTHZ -> " '" + value.asText() + "'";
            case BLOCK_BITMAP_MAPPING -> mapping(value);
            case CPR_EXEC_COMMAND -> words(value);
            default ->
                    value.isBoolean()
                            ? value.asBoolean() ? " on" : " off"
                            : " " + value.asText() + unit(parameter, profile);
        };
    }

    private static String unit(Parameter parameter, Profile profile) {
        return switch (parameter) {
            case ANNOUNCE_INITIAL,
                    ANNOUNCE_MAX,
                    ANNOUNCE_STEP,
                    DOWNTIME_LIMIT,
                    X_CHECKPOINT_DELAY,
                    X_VCPU_DIRTY_LIMIT_PERIOD ->
                    " ms";
            case MAX_BANDWIDTH, AVAIL_SWITCHOVER_BANDWIDTH -> " bytes/second";
            case MAX_POSTCOPY_BANDWIDTH ->
                    profile.has(Trait.INFO_PARAMETERS_GROUPED) ? " bytes/second" : "";
            case XBZRLE_CACHE_SIZE, X_RDMA_CHUNK_SIZE -> " bytes";
            case VCPU_DIRTY_LIMIT -> " MB/s";
            default -> "";
        };
    }

    private static String words(JsonNode list) {
        StringBuilder text = new StringBuilder();
        list.forEach(word -> text.append(' ').append(word.asText()));
        return text.toString();
    }

    private static String mapping(JsonNode nodes) {
        StringBuilder text = new StringBuilder();
        for (JsonNode node : nodes) {
            text.append(arrow("  ", node.path("node-name"), node.path("alias")));
            for (JsonNode bitmap : node.path("bitmaps")) {
                text.append(arrow("    ", bitmap.path("name"), bitmap.path("alias")));
            }
        }
        return text.toString();
    }

    private static String arrow(String indent, JsonNode from, JsonNode to) {
        return "\n%s'%s' -> '%s'".formatted(indent, from.asText(), to.asText());
    }
}
