package io.vmferry.machine.telemetry;

import io.vmferry.machine.memory.HostPages;
import io.vmferry.protocol.failure.Failure.FailureKind;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.CommandType;
import java.util.function.Function;

/**
 * The type of a protocol point's argument, and its text form.
 *
 * @param text its text in logs and fault plans
 */
record ArgumentType<A>(Class<A> type, Function<A, String> text) {

    /** No argument. */
    static final ArgumentType<Void> NONE = new ArgumentType<>(Void.class, nothing -> "");

    /** A device, a block, a network card, an action of a fault plan. */
    static final ArgumentType<String> NAME = new ArgumentType<>(String.class, name -> name);

    static final ArgumentType<Long> COUNT = new ArgumentType<>(Long.class, String::valueOf);

    static final ArgumentType<Integer> NUMBER = new ArgumentType<>(Integer.class, String::valueOf);

    /** The value of a PING and of its PONG. */
    static final ArgumentType<Integer> PING =
            new ArgumentType<>(Integer.class, value -> "0x" + Integer.toHexString(value));

    static final ArgumentType<MigrationStatus> STATUS =
            new ArgumentType<>(MigrationStatus.class, MigrationStatus::text);

    static final ArgumentType<FailureKind> FAILURE =
            new ArgumentType<>(FailureKind.class, FailureKind::text);

    static final ArgumentType<CommandType> COMMAND =
            new ArgumentType<>(CommandType.class, CommandType::toString);

    static final ArgumentType<HostPages> PAGES =
            new ArgumentType<>(HostPages.class, HostPages::toString);
}
