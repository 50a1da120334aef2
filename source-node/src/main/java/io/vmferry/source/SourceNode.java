package io.vmferry.source;

import io.vmferry.machine.commandline.HelpGroup;
import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.daemon.ExitCode.NodeFailure;
import io.vmferry.machine.daemon.Node;
import io.vmferry.machine.daemon.NodeMain;
import io.vmferry.machine.daemon.NodeOptions;
import io.vmferry.machine.daemon.NodeSpec;
import io.vmferry.machine.daemon.Screen;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.status.Side;
import io.vmferry.protocol.stream.LivenessPing;
import io.vmferry.source.outgoing.channel.MigrateArguments.ReturnPathMode;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The source daemon: runs a guest and migrates it away. */
@Command(
        name = "source-node",
        sortOptions = false,
        description = "Runs a guest and migrates it, as the source QEMU of a live migration does.",
        footer = {
            "Examples:",
            "  {vmferry} source --memory 1G --workload hotset,boot=1G,rate=20000 \\",
            "      --migrate tcp:127.0.0.1:4444",
            "  {vmferry} source --memory 256M --workload uniform,boot=256M \\",
            "      --qmp unix:/tmp/src.qmp"
        })
public final class SourceNode implements NodeMain.Program {

    /** The values of {@code --return-path}. */
    enum ReturnPathOption implements Named {
        CHANNEL,
        INLINE,
        NONE;

        static ReturnPathOption of(String text) throws NodeFailure {
            try {
                return Named.require(ReturnPathOption.class, "--return-path", text);
            } catch (IllegalArgumentException e) {
                throw NodeFailure.usage(Worded.of(e));
            }
        }
    }

    private static final String DEFAULT_RETURN_PATH = "channel";

    @Mixin private NodeOptions options = new NodeOptions();

    @HelpGroup("Migration")
    @Option(
            names = "--migrate",
            order = -2,
            paramLabel = "URI",
            description = {
                "Migrate at once to tcp:HOST:PORT, unix:PATH, vsock:CID:PORT, fd:NUMBER (inherited),",
                "exec:COMMAND or file:PATH. Without it the guest waits for migrate on a monitor."
            })
    private @Nullable String migrate;

    @Option(
            names = "--return-path",
            order = -2,
            paramLabel = "channel|inline|none",
            description = {
                "How the destination talks back: on a connection of its own (channel, the default),",
                "on the main connection as QEMU does it (inline), or not at all (none). Over fd: and",
                "exec: it is inline, if it is asked for. A migration that a monitor starts has a",
                "return path if capability return-path is on."
            })
    private @Nullable String returnPath;

    @Option(
            names = "--postcopy-after",
            order = -2,
            paramLabel = "PASSES",
            description = {
                "Switch to postcopy after this many passes over RAM, 0 for at once, as",
                "migrate-start-postcopy does. Turns capability postcopy-ram on; the destination",
                "needs it too."
            })
    private @Nullable Integer postcopyAfter;

    @Option(
            names = "--liveness-limit",
            order = -2,
            paramLabel = "SECONDS",
            description = {
                "Pause a postcopy whose destination answers no PING for this long;",
                "a vmferry destination does the same with its source. Without it only a broken",
                "connection pauses."
            })
    private @Nullable Integer livenessLimit;

    private final Screen screen;

    /** A program that prints to the given screen. */
    public SourceNode(Screen screen) {
        this.screen = screen;
    }

    /** Runs the daemon and exits with its {@link ExitCode}. */
    public static void main(String[] args) {
        Screen screen = Screen.ofProcess();
        System.exit(NodeMain.run(new SourceNode(screen), screen.out(), screen.err(), args));
    }

    @Override
    public NodeOptions options() {
        return options;
    }

    @Override
    public ExitCode run() throws NodeFailure {
        if (migrate == null && !options.hasMonitor()) {
            throw NodeFailure.usage(
                    "Nothing to do: give --migrate URI to migrate, or --qmp ADDRESS for commands");
        }
        Optional<MigrationAddress> address =
                migrate == null
                        ? Optional.empty()
                        : Optional.of(options.address("--migrate", migrate));
        ReturnPathOption path =
                ReturnPathOption.of(returnPath == null ? DEFAULT_RETURN_PATH : returnPath);
        checkReturnPath(path, address);
        checkPostcopy(path, address);
        checkLivenessLimit();
        Node node =
                Node.start(
                        NodeSpec.of(options, Side.SOURCE, presets(address, path))
                                .withOwnFiles("--migrate", address),
                        RunState.PRELAUNCH);
        try {
            node.releaseOnSignal();
            return new SourceDaemon(
                            node,
                            path == ReturnPathOption.INLINE
                                    ? ReturnPathMode.INLINE
                                    : ReturnPathMode.CHANNEL,
                            optional(postcopyAfter),
                            optional(livenessLimit),
                            screen)
                    .run(address);
        } finally {
            node.release();
        }
    }

    private void checkReturnPath(ReturnPathOption path, Optional<MigrationAddress> address)
            throws NodeFailure {
        if (path == ReturnPathOption.NONE
                && (address.isEmpty() || options.asksFor("return-path"))) {
            throw NodeFailure.usage(
                    "--return-path none is for --migrate without capability return-path");
        }
        if (returnPath == null || path == ReturnPathOption.NONE || address.isEmpty()) {
            return;
        }
        if (address.get() instanceof MigrationAddress.File) {
            throw NodeFailure.usage("Nothing comes back from a file: leave --return-path out");
        }
        if (address.get().single() && path == ReturnPathOption.CHANNEL) {
            throw NodeFailure.usage(
                    "%s is one connection: --return-path is inline or none".formatted(migrate));
        }
    }

    /**
     * Default capabilities: a return path for {@code --migrate}, where it is sure that something
     * can come back.
     */
    private Set<Capability> presets(Optional<MigrationAddress> address, ReturnPathOption path) {
        Set<Capability> presets = EnumSet.noneOf(Capability.class);
        if (answers(address)
                && path != ReturnPathOption.NONE
                && !options.asksFor(Capability.BACKGROUND_SNAPSHOT.text())) {
            presets.add(Capability.RETURN_PATH);
        }
        if (postcopyAfter != null) {
            presets.add(Capability.POSTCOPY_RAM);
        }
        return presets;
    }

    private static OptionalInt optional(@Nullable Integer given) {
        return given == null ? OptionalInt.empty() : OptionalInt.of(given);
    }

    /** A pipe or a program may be one-way: there the return path has to be asked for. */
    private boolean answers(Optional<MigrationAddress> address) {
        return address.isPresent() && (!address.get().single() || returnPath != null);
    }

    private void checkLivenessLimit() throws NodeFailure {
        if (livenessLimit == null) {
            return;
        }
        if (postcopyAfter == null && !options.hasMonitor()) {
            throw NodeFailure.usage(
                    "--liveness-limit is for a postcopy: --postcopy-after switches to one, or"
                            + " migrate-start-postcopy on a monitor");
        }
        if (livenessLimit < 1 || livenessLimit > LivenessPing.MAX_SECONDS) {
            throw NodeFailure.usage(
                    "--liveness-limit %d is not in 1..%d seconds"
                            .formatted(livenessLimit, LivenessPing.MAX_SECONDS));
        }
    }

    private void checkPostcopy(ReturnPathOption path, Optional<MigrationAddress> address)
            throws NodeFailure {
        if (postcopyAfter == null) {
            return;
        }
        if (postcopyAfter < 0 || !answers(address) || path == ReturnPathOption.NONE) {
            throw NodeFailure.usage(
                    "--postcopy-after takes 0 or more, with --migrate to a destination that answers");
        }
    }
}
