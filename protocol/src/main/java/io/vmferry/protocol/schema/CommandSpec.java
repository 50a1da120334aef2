package io.vmferry.protocol.schema;

import io.vmferry.protocol.qmp.QapiType;
import java.util.List;

/**
 * The schema of a command.
 *
 * @param returns the empty object for a command that has nothing to return
 * @param outOfBand whether it accepts {@code exec-oob}
 * @param features for example {@link QapiType#UNSTABLE}
 */
public record CommandSpec(
        String name,
        QapiType.Members arguments,
        QapiType returns,
        boolean outOfBand,
        List<String> features) {

    private static final QapiType.Struct NOTHING = QapiType.struct();

    /** Copies the features. */
    public CommandSpec {
        features = List.copyOf(features);
    }

    /** A command that takes nothing and returns nothing. */
    public static CommandSpec of(String name) {
        return new CommandSpec(name, NOTHING, NOTHING, false, List.of());
    }

    /** The same with arguments. */
    public CommandSpec takes(QapiType.Members type) {
        return new CommandSpec(name, type, returns, outOfBand, features);
    }

    /** The same with arguments. */
    public CommandSpec takes(QapiType.Member... members) {
        return takes(QapiType.struct(members));
    }

    /** The same with a result. */
    public CommandSpec returns(QapiType type) {
        return new CommandSpec(name, arguments, type, outOfBand, features);
    }

    /** The same, allowed to overtake others when the client negotiated {@code oob}. */
    public CommandSpec allowOutOfBand() {
        return new CommandSpec(name, arguments, returns, true, features);
    }

    /** The same with a feature. */
    public CommandSpec feature(String feature) {
        return new CommandSpec(name, arguments, returns, outOfBand, List.of(feature));
    }
}
