package io.vmferry.machine.fault;

import io.vmferry.protocol.channel.ChannelRole;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The actions of a fault plan with their arguments, all of which but times may be left out. */
public enum FaultActionKind {
    KILL("kill", "", "ends the process at once, as SIGKILL does"),
    EXIT(
            "exit",
            "",
            "ends the process in order, as quit on a monitor does; its channels stand still by then"),
    CLOSE("close", "[CHANNEL]", "closes the channel; what was written before still arrives"),
    RESET("reset", "[CHANNEL]", "breaks the channel; the peer sees its connection reset"),
    BLACKHOLE(
            "blackhole",
            "[CHANNEL]",
            "carries nothing any more, until TCP gives up after two minutes"),
    STALL("stall", "[CHANNEL,]TIME", "carries nothing for a while, then goes on"),
    DELAY("delay", "[CHANNEL,]TIME", "carries everything so much later from now on"),
    CORRUPT(
            "corrupt",
            "[CHANNEL,][BYTES]",
            "inverts the next bytes of the channel, one if not said otherwise"),
    FAIL("fail", "", "lets the device fail; only at device-load or device-save"),
    BUG(
            "bug",
            "[exception|error]",
            "lets the engine throw an exception, or an error, as a bug of its own would; only at "
                    + "protocol points, without @ and +");

    private final String text;
    private final String arguments;
    private final String meaning;

    FaultActionKind(String text, String arguments, String meaning) {
        this.text = text;
        this.arguments = arguments;
        this.meaning = meaning;
    }

    /** The action's name in fault plans. */
    public String text() {
        return text;
    }

    /** The name with its arguments, as help shows it. */
    public String synopsis() {
        return arguments.isEmpty() ? text : text + "(" + arguments + ")";
    }

    /** What it does, in a few words. */
    public String meaning() {
        return meaning;
    }

    static FaultActionKind of(FaultAction action) {
        return switch (action) {
            case FaultAction.Kill _ -> KILL;
            case FaultAction.Exit _ -> EXIT;
            case FaultAction.Close _ -> CLOSE;
            case FaultAction.Reset _ -> RESET;
            case FaultAction.Blackhole _ -> BLACKHOLE;
            case FaultAction.Stall _ -> STALL;
            case FaultAction.Delay _ -> DELAY;
            case FaultAction.Corrupt _ -> CORRUPT;
            case FaultAction.Fail _ -> FAIL;
            case FaultAction.Bug _ -> BUG;
        };
    }

    /**
     * The kind of a name that people use.
     *
     * @throws IllegalArgumentException with one clear line when there is no such action
     */
    public static FaultActionKind ofText(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.text.equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "there is no action '%s': expected one of %s"
                                        .formatted(name, names())));
    }

    /**
     * The action of a term.
     *
     * @param meant the channel that is hit when the term names none; empty for the action's own
     *     choice
     * @throws IllegalArgumentException with one clear line when there is no such action
     */
    static FaultAction action(FaultTerm term, Optional<FaultChannel> meant) {
        FaultActionKind kind = ofText(term.name());
        ActionArguments arguments = new ActionArguments(kind, term.arguments(), meant);
        FaultAction action = kind.action(arguments);
        arguments.requireAllTaken();
        return action;
    }

    private FaultAction action(ActionArguments with) {
        return switch (this) {
            case KILL -> new FaultAction.Kill();
            case EXIT -> new FaultAction.Exit();
            case CLOSE -> new FaultAction.Close(with.channel(FaultChannel.ALL));
            case RESET -> new FaultAction.Reset(with.channel(FaultChannel.ALL));
            case BLACKHOLE -> new FaultAction.Blackhole(with.channel(FaultChannel.ALL));
            case STALL -> new FaultAction.Stall(with.channel(FaultChannel.ALL), with.nanos());
            case DELAY -> new FaultAction.Delay(with.channel(FaultChannel.ALL), with.nanos());
            case CORRUPT ->
                    new FaultAction.Corrupt(
                            with.channel(FaultChannel.of(ChannelRole.MAIN)), with.bytes());
            case FAIL -> new FaultAction.Fail();
            case BUG -> new FaultAction.Bug(with.bug());
        };
    }

    private static List<String> names() {
        return Arrays.stream(values()).map(FaultActionKind::text).toList();
    }
}
