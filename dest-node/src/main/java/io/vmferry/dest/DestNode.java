package io.vmferry.dest;

import io.vmferry.machine.commandline.HelpGroup;
import io.vmferry.machine.daemon.ExitCode;
import io.vmferry.machine.daemon.ExitCode.NodeFailure;
import io.vmferry.machine.daemon.Node;
import io.vmferry.machine.daemon.NodeMain;
import io.vmferry.machine.daemon.NodeOptions;
import io.vmferry.machine.daemon.NodeSpec;
import io.vmferry.machine.daemon.Screen;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.status.Side;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The destination daemon: waits for a guest, runs it and checks its memory. */
@Command(
        name = "dest-node",
        sortOptions = false,
        description = {
            "Waits for a guest and runs it, as the destination QEMU of a live migration does,",
            "and proves that its memory is what it last wrote."
        },
        footer = {
            "Examples:",
            "  {vmferry} dest --memory 1G --incoming tcp:127.0.0.1:4444 --once",
            "  {vmferry} dest --memory 256M --incoming defer --qmp unix:/tmp/dst.qmp"
        })
public final class DestNode implements NodeMain.Program {

    private static final String DEFER = "defer";

    @Mixin private NodeOptions options = new NodeOptions();

    @HelpGroup("Migration")
    @Option(
            names = "--incoming",
            order = -2,
            paramLabel = "URI|defer",
            description = {
                "Where the guest comes from: tcp:HOST:PORT (port 0 takes any), unix:PATH,",
                "vsock:CID:PORT, fd:NUMBER (inherited), exec:COMMAND or file:PATH; defer waits for",
                "migrate-incoming on a monitor."
            })
    private @Nullable String incoming;

    private final Screen screen;

    /** A program that prints to the given screen. */
    public DestNode(Screen screen) {
        this.screen = screen;
    }

    /** Runs the daemon and exits with its {@link ExitCode}. */
    public static void main(String[] args) {
        Screen screen = Screen.ofProcess();
        System.exit(NodeMain.run(new DestNode(screen), screen.out(), screen.err(), args));
    }

    @Override
    public NodeOptions options() {
        return options;
    }

    @Override
    public ExitCode run() throws NodeFailure {
        if (incoming == null) {
            throw NodeFailure.usage(
                    "Nothing to wait for: give --incoming URI, or --incoming defer with --qmp");
        }
        Optional<MigrationAddress> address =
                incoming.equals(DEFER)
                        ? Optional.empty()
                        : Optional.of(options.address("--incoming", incoming));
        if (address.isEmpty() && !options.hasMonitor()) {
            throw NodeFailure.usage("--incoming defer needs --qmp ADDRESS for migrate-incoming");
        }
        Node node =
                Node.start(
                        NodeSpec.of(options, Side.DESTINATION, presets(address))
                                .withOwnFiles("--incoming", address),
                        RunState.INMIGRATE);
        try {
            node.releaseOnSignal();
            return new DestDaemon(node, screen).run(address);
        } finally {
            node.release();
        }
    }

    /** Default capabilities: a return path, where it is sure that there can be one. */
    private static Set<Capability> presets(Optional<MigrationAddress> address) {
        boolean answers = address.filter(where -> !where.single()).isPresent();
        return answers ? Set.of(Capability.RETURN_PATH) : Set.of();
    }
}
