package io.vmferry.lab.comparison;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.vmferry.machine.commands.DescriptorClient;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.TestDescriptors;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The addresses of a comparison, and the descriptors that some of them stand for: {@code
 * fd:directory} means one that is open on a directory, and is given as {@code fd:given}. One that
 * begins with {@code +} is not known to 7.2.
 */
final class ComparedAddresses {

    private final Path directory;
    private int sockets;

    ComparedAddresses(Path directory) {
        this.directory = directory;
    }

    /** Those that a version has. */
    static List<String> known(Profile profile, String... addresses) {
        return Arrays.stream(addresses)
                .filter(address -> profile != Profile.QEMU_7_2 || !address.startsWith("+"))
                .map(address -> address.replaceFirst("^\\+", ""))
                .toList();
    }

    /** A command that has an address. */
    static String command(String name, String address) {
        String arguments =
                address.startsWith("{")
                        ? "'channels':[{'channel-type':'main','addr':%s}]".formatted(address)
                        : "'uri':'%s'".formatted(isGiven(address) ? "fd:given" : address);
        return "{'execute':'%s','arguments':{%s}}".formatted(name, arguments);
    }

    private static boolean isGiven(String address) {
        return address.startsWith("fd:") && !address.matches("fd:(none|[0-9].*)");
    }

    /** Gives the descriptor that an address stands for; returns what has to stay open. */
    List<Descriptor> give(DescriptorClient client, String address) throws IOException {
        if (!isGiven(address)) {
            return List.of();
        }
        String kind = address.substring("fd:".length());
        return switch (kind) {
            case "closed" -> {
                given(client, ends("directory"));
                client.ask("{'execute':'closefd','arguments':{'fdname':'given'}}");
                yield List.of();
            }
            case "twice" -> {
                given(client, ends("directory"));
                yield given(client, ends("drained"));
            }
            default -> given(client, ends(kind));
        };
    }

    private static List<Descriptor> given(DescriptorClient client, List<Descriptor> ends)
            throws IOException {
        try (Descriptor given = ends.getFirst()) {
            client.ask("{'execute':'getfd','arguments':{'fdname':'given'}}", given);
        }
        return ends.subList(1, ends.size());
    }

    /** What is to be given, and then what is to stay open. */
    private List<Descriptor> ends(String kind) throws IOException {
        return switch (kind) {
            case "directory" -> List.of(TestDescriptors.open(directory, Descriptor.O_RDONLY));
            case "device" -> List.of(TestDescriptors.open(Path.of("/dev/null"), Descriptor.O_RDWR));
            case "reading-end" -> TestDescriptors.pipe();
            case "writing-end" -> TestDescriptors.pipe().reversed();
            case "no-reader" -> {
                List<Descriptor> pipe = TestDescriptors.pipe();
                pipe.getFirst().close();
                yield List.of(pipe.getLast());
            }
            case "drained" -> {
                List<Descriptor> pipe = TestDescriptors.pipe();
                drain(pipe.getFirst());
                yield List.of(pipe.getLast());
            }
            case "junk", "cut" -> {
                List<Descriptor> pipe = TestDescriptors.pipe();
                TestDescriptors.write(pipe.getLast(), kind.equals("cut") ? "QEVM" : "x".repeat(99));
                pipe.getLast().close();
                yield List.of(pipe.getFirst());
            }
            case "no-peer" -> {
                List<Descriptor> pair = TestDescriptors.socketPair();
                pair.getLast().close();
                yield List.of(pair.getFirst());
            }
            case "listening" -> {
                Socket socket = Socket.newSocketDomain();
                socket.bind(new DomainSocketAddress(directory.resolve("s" + sockets++).toString()));
                socket.listen(1);
                yield List.of(Descriptor.own(socket.intValue()));
            }
            case "unconnected" -> List.of(Descriptor.own(Socket.newSocketStream().intValue()));
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static void drain(Descriptor reading) {
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try (reading) {
                        while (!TestDescriptors.read(reading).isEmpty()) {
                            Thread.onSpinWait();
                        }
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
    }
}
