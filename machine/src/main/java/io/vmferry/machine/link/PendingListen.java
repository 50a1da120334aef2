package io.vmferry.machine.link;

import io.netty.channel.ChannelException;
import io.netty.channel.ServerChannel;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.link.NettyTransport.LinkContext;
import io.vmferry.machine.net.ServiceNames;
import io.vmferry.machine.net.UnixSocketFile;
import io.vmferry.machine.net.VsockSocket;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * One call of {@link AddressListener#listen}, whose blocking parts run away from the loop. Confined
 * to the loop.
 */
final class PendingListen extends PendingOperation {

    private final MigrationAddress address;
    private final AddressListener.Acceptor acceptor;
    private final Consumer<AddressListener.Listening> opened;

    PendingListen(
            LinkContext context,
            MigrationAddress address,
            AddressListener.Acceptor acceptor,
            Consumer<AddressListener.Listening> opened,
            Consumer<IOException> failed) {
        super(context, failed);
        this.address = address;
        this.acceptor = acceptor;
        this.opened = opened;
    }

    /** Begins: within the call when on the loop. */
    void start() {
        inLoop(this::open);
    }

    private void open() {
        if (over()) {
            return;
        }
        switch (address) {
            case MigrationAddress.Tcp tcp -> tcp(tcp);
            case MigrationAddress.Unix unix -> unix(unix);
            case MigrationAddress.AbstractUnix unix -> abstractUnix(unix);
            case MigrationAddress.Vsock vsock -> vsock(vsock);
            case MigrationAddress.File file -> file(file);
            case MigrationAddress.Fd fd -> descriptor(fd);
            case MigrationAddress.Exec exec ->
                    new ProgramStarting(context, exec, true, this::only, this::fail).start();
            case MigrationAddress.Absent absent -> fail(new IOException(absent.incoming()));
        }
    }

    private void tcp(MigrationAddress.Tcp wanted) {
        var resolution = new TcpResolution(wanted, context.resolver(), ServiceNames.SYSTEM);
        if (!resolution.immediate()) {
            startDeadline();
        }
        context.blocking()
                .askUnless(
                        resolution.immediate(),
                        resolution::toListen,
                        found -> bind(() -> TcpListening.open(context, wanted, found, acceptor)),
                        this::fail);
    }

    private void unix(MigrationAddress.Unix wanted) {
        startDeadline();
        if (!context.unixPaths().acquire(wanted.path(), () -> makeUnix(wanted))) {
            fail(new BindException(LinkFailure.IN_USE));
        }
    }

    private void makeUnix(MigrationAddress.Unix wanted) {
        if (over()) {
            context.unixPaths().release(wanted.path());
            return;
        }
        context.blocking()
                .ask(
                        () -> listeningSocket(wanted.path()),
                        server -> {
                            accept(wanted, server);
                            context.unixPaths().release(wanted.path());
                        },
                        e -> {
                            context.unixPaths().release(wanted.path());
                            fail(e);
                        });
    }

    private ServerChannel listeningSocket(Path path) throws IOException {
        UnixSocketFile.checkLength(path);
        if (!UnixSocketFile.makeRoom(path)) {
            throw new BindException(LinkFailure.IN_USE);
        }
        try {
            return context.loop().family().listeningUnix(path, SocketListening.BACKLOG);
        } catch (ChannelException e) {
            // the process has no descriptor for a socket
            throw new IOException(e.getMessage(), e);
        }
    }

    private void accept(MigrationAddress.Unix wanted, ServerChannel server) {
        SocketListening listening = SocketListening.open(context, wanted, server, acceptor);
        if (succeed()) {
            opened.accept(listening);
        } else {
            listening.close();
        }
    }

    private void abstractUnix(MigrationAddress.AbstractUnix wanted) {
        bind(() ->
                SocketListening.open(
                        context,
                        wanted,
                        context.loop()
                                .family()
                                .listeningAbstract(
                                        wanted.name(), wanted.tight(), SocketListening.BACKLOG),
                        acceptor));
    }

    private void vsock(MigrationAddress.Vsock wanted) {
        bind(() -> {
            try (Descriptor socket = VsockSocket.listen(wanted.cid(), wanted.port())) {
                return SocketListening.open(
                        context, wanted, context.loop().family().listening(socket), acceptor);
            }
        });
    }

    private void file(MigrationAddress.File wanted) {
        startDeadline();
        FileReadLink.open(
                context,
                wanted.toString(),
                () -> OpenedFiles.toRead(context.sets(), wanted, context.readsAnything()),
                this::only,
                this::fail);
    }

    private void descriptor(MigrationAddress.Fd wanted) {
        try {
            DescriptorLinks links = new DescriptorLinks(context, wanted);
            links.incoming(wanted.names().takeOrInherit(wanted.name()), this::only, this::fail);
        } catch (IOException e) {
            fail(e);
        }
    }

    /** The one link of an address where nobody can connect. */
    private void only(Link link) {
        if (succeed()) {
            opened.accept(new SingleListening(address));
            acceptor.accepted(link);
        } else {
            link.abort();
        }
    }

    private interface Binding {
        AddressListener.Listening bind() throws IOException;
    }

    private void bind(Binding binding) {
        if (over()) {
            return;
        }
        try {
            AddressListener.Listening listening = binding.bind();
            succeed();
            opened.accept(listening);
        } catch (IOException | ChannelException e) {
            // a ChannelException means that no descriptor is left for a socket
            fail(e);
        }
    }

    @Override
    IOException worded(Throwable cause) {
        return LinkFailure.listening(address, cause);
    }

    /** The listener of an address with one link, which has been handed over. */
    private record SingleListening(MigrationAddress address) implements AddressListener.Listening {

        @Override
        public List<MigrationAddress> addresses() {
            return List.of(address);
        }

        @Override
        public void close() {
            // no other link comes
        }
    }
}
