package io.vmferry.machine.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.DescriptorException;
import io.vmferry.machine.descriptor.DescriptorKind;
import io.vmferry.machine.descriptor.SocketDomain;
import io.vmferry.machine.link.NettyTransport.LinkContext;
import io.vmferry.machine.link.StreamFile.DescriptorFile;
import io.vmferry.machine.net.SocketFamily;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes links of descriptors that somebody else has opened, by what they are open on: a socket, a
 * pipe, or a file where the address allows it. Confined to the loop; a descriptor that is refused
 * is closed, unless it was inherited.
 */
record DescriptorLinks(LinkContext context, MigrationAddress.Fd address) {

    /** For a stream that goes out. */
    void outgoing(Descriptor descriptor, Consumer<Link> opened, Consumer<IOException> failed)
            throws IOException {
        open(
                descriptor,
                kind -> {
                    switch (kind) {
                        case SOCKET -> opened.accept(socket(descriptor));
                        case PIPE -> opened.accept(pipeOut(descriptor));
                        default -> fileOut(descriptor, opened, failed);
                    }
                });
    }

    /** For a stream that comes in. */
    void incoming(Descriptor descriptor, Consumer<Link> opened, Consumer<IOException> failed)
            throws IOException {
        if (context.readsAnything() && address.files() && !isOpen(descriptor)) {
            descriptor.refuse();
            opened.accept(silent());
            return;
        }
        open(
                descriptor,
                kind -> {
                    switch (kind) {
                        case SOCKET -> opened.accept(socket(descriptor));
                        case PIPE -> opened.accept(pipeIn(descriptor));
                        default ->
                                FileReadLink.open(
                                        context,
                                        address.toString(),
                                        () -> DescriptorFile.of(descriptor),
                                        opened,
                                        closing(descriptor, failed));
                    }
                });
    }

    private static boolean isOpen(Descriptor descriptor) {
        try {
            var _ = descriptor.kind();
            return true;
        } catch (DescriptorException notOpen) {
            return false;
        }
    }

    /** A link that nothing ever comes from. */
    private Link silent() throws IOException {
        return PipedLink.open(
                context,
                address.toString(),
                new PipedLink.Ends(Optional.empty(), Optional.empty(), false),
                PipedLink.PipeOwner.NONE);
    }

    private interface KindOpening {
        void open(DescriptorKind kind) throws IOException;
    }

    private void open(Descriptor descriptor, KindOpening opening) throws IOException {
        try {
            opening.open(kind(descriptor));
        } catch (IOException e) {
            descriptor.refuse();
            throw e;
        }
    }

    private DescriptorKind kind(Descriptor descriptor) throws DescriptorException {
        try {
            DescriptorKind kind = descriptor.kind();
            if (kind == DescriptorKind.SOCKET || kind == DescriptorKind.PIPE || address.files()) {
                return kind;
            }
        } catch (DescriptorException notOpen) {
            if (address.files()) {
                throw new DescriptorException(address + ": " + notOpen.getMessage());
            }
        }
        throw new DescriptorException(
                "fd: migration to a file is not supported. Use file: instead.");
    }

    private Link socket(Descriptor descriptor) throws IOException {
        SocketDomain domain = descriptor.domain();
        boolean internet =
                descriptor.isStreamSocket()
                        && (domain == SocketDomain.INET || domain == SocketDomain.INET6);
        descriptor.blocking(false);
        Channel channel = context.loop().family().adopted(descriptor, internet);
        NettyLink link = NettyLink.on(channel, context, address.toString());
        if (internet) {
            NettyLink.tuneTcp(channel, TcpOptions.NONE);
        }
        ChannelFuture registered = context.loop().eventLoop().register(channel);
        if (registered.cause() != null) {
            throw new IOException("epoll refuses the descriptor", registered.cause());
        }
        return link;
    }

    private PipedLink pipeOut(Descriptor descriptor) throws IOException {
        Optional<Descriptor> usable = prepared(descriptor, descriptor.writable());
        return PipedLink.open(
                context,
                address.toString(),
                new PipedLink.Ends(Optional.empty(), usable, true),
                PipedLink.PipeOwner.NONE);
    }

    private PipedLink pipeIn(Descriptor descriptor) throws IOException {
        Optional<Descriptor> usable = prepared(descriptor, descriptor.readable());
        PipedLink link =
                PipedLink.open(
                        context,
                        address.toString(),
                        new PipedLink.Ends(usable, Optional.empty(), false),
                        PipedLink.PipeOwner.NONE);
        if (usable.isEmpty()) {
            link.failed(new IOException(LinkFailure.BAD_DESCRIPTOR));
        }
        return link;
    }

    /** The wrong end of a pipe has no use. */
    private Optional<Descriptor> prepared(Descriptor descriptor, boolean usable)
            throws IOException {
        if (!usable) {
            descriptor.close();
            return Optional.empty();
        }
        if (context.loop().family() == SocketFamily.NIO) {
            throw new IOException("A pipe needs epoll, which cannot be loaded here");
        }
        descriptor.blocking(false);
        descriptor.growPipe();
        return Optional.of(descriptor);
    }

    private void fileOut(
            Descriptor descriptor, Consumer<Link> opened, Consumer<IOException> failed) {
        context.blocking()
                .run(
                        () -> {
                            var link =
                                    new FileWriteLink(
                                            context.loop(),
                                            address.toString(),
                                            DescriptorFile.of(descriptor),
                                            Thread.currentThread());
                            context.loop().execute(() -> opened.accept(link));
                            link.writeAll();
                        },
                        closing(descriptor, failed));
    }

    /** Whoever is refused a thread has no link that would close the descriptor. */
    private static Consumer<IOException> closing(
            Descriptor descriptor, Consumer<IOException> failed) {
        return why -> {
            descriptor.refuse();
            failed.accept(why);
        };
    }
}
