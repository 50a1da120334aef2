package io.vmferry.machine.fault;

import io.vmferry.protocol.Closest;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.channel.ChannelRole;
import java.util.Arrays;
import java.util.List;

/** The actions of a fault plan with their arguments, all of which but times may be left out. */
public enum FaultActionKind implements Named {
    KILL(Reach.NODE, "", "ends the process at once, as SIGKILL does"),
    EXIT(
            Reach.NODE,
            "",
            "ends the process in order, as quit on a monitor does; nothing moves on its channels by then"),
    CLOSE(Reach.BOTH, "[CHANNEL]", "closes the channel; what was written before still arrives"),
    RESET(Reach.BOTH, "[CHANNEL]", "breaks the channel; the peer sees its connection reset"),
    BLACKHOLE(
            Reach.BOTH,
            "[CHANNEL]",
            "carries nothing any more, until TCP gives up after two minutes"),
    STALL(Reach.BOTH, "[CHANNEL,]TIME", "carries nothing for a while, then goes on"),
    DELAY(Reach.BOTH, "[CHANNEL,]TIME", "carries everything so much later from now on"),
    CORRUPT(
            Reach.BOTH,
            "[CHANNEL,][BYTES]",
            "inverts the next bytes of the channel, one if not said otherwise"),
    FAIL(Reach.NODE, "", "lets the device fail; only at device-load or device-save"),
    BUG(
            Reach.NODE,
            "[exception|error]",
            "lets the engine throw an exception, or an error, as a bug of its own would; only at "
                    + "protocol points, without @ and +"),
    REWORD(
            Reach.MONITOR,
            "OLD,NEW[,TIME]",
            "the monitor says NEW for the status, event, error class or capability OLD"),
    LAG(
            Reach.MONITOR,
            "replies|events,TIME",
            "the monitor says its replies, or its events, so much later from now on"),
    EVENT(
            Reach.MONITOR,
            "NAME[,STATUS]",
            "the monitor emits that event, with that status as its data"),
    HANG_UP(Reach.MONITOR, "", "the monitor closes its client's connection"),
    THROTTLE(Reach.PROXY, "[CHANNEL,]SIZE", "carries so many bytes a second from now on"),
    DROP(Reach.PROXY, "", "does not carry the message; return path only"),
    SWAP(
            Reach.PROXY,
            "[NAME[(ARGUMENT)]]",
            "carries the message after that one, or the next; return path only"),
    HOLD(Reach.PROXY, "TIME", "holds the message and what follows; of a stream, what follows");

    /** The hosts that can inject an action. */
    private enum Reach {
        NODE,
        PROXY,
        BOTH,
        MONITOR;

        /** Whether help lists it there. */
        boolean includes(FaultHost host) {
            return switch (this) {
                case NODE -> host == FaultHost.NODE;
                case PROXY -> host == FaultHost.PROXY;
                case BOTH -> host != FaultHost.MONITOR;
                case MONITOR -> host == FaultHost.MONITOR;
            };
        }

        /** A node's plan may name what its monitor is to do. */
        boolean allowedIn(FaultHost host) {
            return includes(host) || (this == MONITOR && host == FaultHost.NODE);
        }
    }

    private final Reach reach;
    private final String arguments;
    private final String meaning;

    FaultActionKind(Reach reach, String arguments, String meaning) {
        this.reach = reach;
        this.arguments = arguments;
        this.meaning = meaning;
    }

    /** The name with its arguments, as help shows it. */
    public String synopsis() {
        return arguments.isEmpty() ? text() : text() + "(" + arguments + ")";
    }

    /** What it does, in a few words. */
    public String meaning() {
        return meaning;
    }

    /** The actions that a host can inject, as help lists them. */
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
            case FaultAction.Reword _ -> REWORD;
            case FaultAction.Lag _ -> LAG;
            case FaultAction.Event _ -> EVENT;
            case FaultAction.HangUp _ -> HANG_UP;
            case FaultAction.Fail _ -> FAIL;
            case FaultAction.ThrowBug _ -> BUG;
        };
    }

    /**
     * The action of a term.
     *
     * @param unnamed what is hit when the term names no channel
     * @throws IllegalArgumentException with one clear line when there is no such action there
     */
    public static FaultAction action(FaultTerm term, FaultHost host, DefaultChannels unnamed) {
        FaultActionKind kind =
                Named.find(FaultActionKind.class, term.name())
                        .orElseThrow(() -> unknown(term, "", host));
        if (!kind.reach.allowedIn(host)) {
            throw unknown(term, " here", host);
        }
        ActionArguments arguments = new ActionArguments(kind, term.arguments());
        FaultAction action = kind.action(arguments, unnamed);
        arguments.requireAllTaken();
        return action;
    }

    private static IllegalArgumentException unknown(FaultTerm term, String where, FaultHost host) {
        List<String> names =
                Arrays.stream(values())
                        .filter(kind -> kind.reach.allowedIn(host))
                        .map(FaultActionKind::text)
                        .toList();
        return new IllegalArgumentException(
                "there is no action '%s'%s%s: expected one of %s"
                        .formatted(
                                term.name(),
                                where,
                                Closest.hint(term.name(), names),
                                String.join(", ", names)));
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
            case REWORD -> new FaultAction.Reword(with.word(), with.word(), with.optionalNanos());
            case LAG -> new FaultAction.Lag(with.events(), with.nanos());
            case EVENT -> new FaultAction.Event(with.word(), with.optionalWord());
            case HANG_UP -> new FaultAction.HangUp();
            case FAIL -> new FaultAction.Fail();
            case BUG -> new FaultAction.ThrowBug(with.bug());
        };
    }
}
