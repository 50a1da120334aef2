package io.vmferry.machine.fault;

import io.vmferry.protocol.channel.ChannelRole;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The actions of a fault plan with their arguments, all of which but times may be left out. */
public enum FaultActionKind {
    KILL(Reach.NODE, "kill", "", "ends the process at once, as SIGKILL does"),
    EXIT(
            Reach.NODE,
            "exit",
            "",
            "ends the process in order, as quit on a monitor does; its channels stand still by then"),
    CLOSE(
            Reach.BOTH,
            "close",
            "[CHANNEL]",
            "closes the channel; what was written before still arrives"),
    RESET(
            Reach.BOTH,
            "reset",
            "[CHANNEL]",
            "breaks the channel; the peer sees its connection reset"),
    BLACKHOLE(
            Reach.BOTH,
            "blackhole",
            "[CHANNEL]",
            "carries nothing any more, until TCP gives up after two minutes"),
    STALL(Reach.BOTH, "stall", "[CHANNEL,]TIME", "carries nothing for a while, then goes on"),
    DELAY(Reach.BOTH, "delay", "[CHANNEL,]TIME", "carries everything so much later from now on"),
    CORRUPT(
            Reach.BOTH,
            "corrupt",
            "[CHANNEL,][BYTES]",
            "inverts the next bytes of the channel, one if not said otherwise"),
    FAIL(Reach.NODE, "fail", "", "lets the device fail; only at device-load or device-save"),
    BUG(
            Reach.NODE,
            "bug",
            "[exception|error]",
            "lets the engine throw an exception, or an error, as a bug of its own would; only at "
                    + "protocol points, without @ and +"),
    THROTTLE(
            Reach.PROXY,
            "throttle",
            "[CHANNEL,]SIZE",
            "carries so many bytes a second from now on"),
    DROP(Reach.PROXY, "drop", "", "does not carry the message; return path only"),
    SWAP(
            Reach.PROXY,
            "swap",
            "[NAME[(ARGUMENT)]]",
            "carries the message behind that one, or the next; return path only"),
    HOLD(
            Reach.PROXY,
            "hold",
            "TIME",
            "holds the message and what follows; of a stream, what follows");

    /** Where an action can be brought about. */
    private enum Reach {
        NODE,
        PROXY,
        BOTH;

        boolean includes(FaultHost host) {
            return this == BOTH || (this == NODE) == (host == FaultHost.NODE);
        }
    }

    private final Reach reach;
    private final String text;
    private final String arguments;
    private final String meaning;

    FaultActionKind(Reach reach, String text, String arguments, String meaning) {
        this.reach = reach;
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

    /** The actions that can be brought about there, as help lists them. */
    public static List<FaultActionKind> of(FaultHost host) {
        return Arrays.stream(values()).filter(kind -> kind.reach.includes(host)).toList();
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
            case FaultAction.Throttle _ -> THROTTLE;
            case FaultAction.Drop _ -> DROP;
            case FaultAction.Swap _ -> SWAP;
            case FaultAction.Hold _ -> HOLD;
            case FaultAction.Fail _ -> FAIL;
            case FaultAction.Bug _ -> BUG;
        };
    }

    /** The kind of a name that people use. */
    public static Optional<FaultActionKind> ofText(String name) {
        return Arrays.stream(values()).filter(kind -> kind.text.equals(name)).findFirst();
    }

    /**
     * The action of a term.
     *
     * @param unnamed what is hit when the term names no channel
     * @throws IllegalArgumentException with one clear line when there is no such action there
     */
    public static FaultAction action(FaultTerm term, FaultHost host, DefaultChannels unnamed) {
        FaultActionKind kind = ofText(term.name()).orElseThrow(() -> unknown(term, "", host));
        if (!kind.reach.includes(host)) {
            throw unknown(term, " here", host);
        }
        ActionArguments arguments = new ActionArguments(kind, term.arguments());
        FaultAction action = kind.action(arguments, unnamed);
        arguments.requireAllTaken();
        return action;
    }

    private static IllegalArgumentException unknown(FaultTerm term, String where, FaultHost host) {
        return new IllegalArgumentException(
                "there is no action '%s'%s: expected one of %s"
                        .formatted(
                                term.name(),
                                where,
                                of(host).stream().map(FaultActionKind::text).toList()));
    }

    private FaultAction action(ActionArguments with, DefaultChannels unnamed) {
        FaultChannel ended = unnamed.ended().orElse(FaultChannel.ALL);
        FaultChannel carried = unnamed.carried().orElse(FaultChannel.ALL);
        FaultChannel content = unnamed.carried().orElse(FaultChannel.of(ChannelRole.MAIN));
        return switch (this) {
            case KILL -> new FaultAction.Kill();
            case EXIT -> new FaultAction.Exit();
            case CLOSE -> new FaultAction.Close(with.channel(ended));
            case RESET -> new FaultAction.Reset(with.channel(ended));
            case BLACKHOLE -> new FaultAction.Blackhole(with.channel(ended));
            case STALL -> new FaultAction.Stall(with.channel(carried), with.nanos());
            case DELAY -> new FaultAction.Delay(with.channel(carried), with.nanos());
            case THROTTLE -> new FaultAction.Throttle(with.channel(carried), with.rate());
            case CORRUPT -> new FaultAction.Corrupt(with.channel(content), with.bytes());
            case DROP -> new FaultAction.Drop();
            case SWAP -> new FaultAction.Swap(with.term());
            case HOLD -> new FaultAction.Hold(with.nanos());
            case FAIL -> new FaultAction.Fail();
            case BUG -> new FaultAction.Bug(with.bug());
        };
    }
}
