package io.vmferry.machine.link;

import io.vmferry.machine.descriptor.DescriptorNames;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;

/** Where a migration goes to or comes from, as QEMU's migration URIs and QMP's channels name it. */
public sealed interface MigrationAddress {

    /**
     * {@code tcp:HOST:PORT[,OPTION...]}.
     *
     * @param host without brackets
     * @param service the port or a service name, which is resolved on use
     */
    record Tcp(String host, String service, TcpOptions options) implements MigrationAddress {

        /** An address whose port is known. */
        public Tcp(String host, int port) {
            this(host, Integer.toString(port), TcpOptions.NONE);
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("Port " + port + " is not in 0..65535");
            }
        }

        /** The port of an address that has a number for one. */
        public int port() {
            return number(service);
        }

        /** Of a number that is too large the system takes the low 16 bits. */
        static int number(String service) {
            return new BigInteger(service.strip()).intValue() & 0xffff;
        }

        @Override
        public String toString() {
            return "tcp:" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + service;
        }
    }

    /** {@code unix:PATH}. */
    record Unix(Path path) implements MigrationAddress {

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /**
     * The address of a UNIX socket that is no file, which only channels can say.
     *
     * @param tight whether the name ends with its last byte; else zeros fill it up
     */
    record AbstractUnix(String name, boolean tight) implements MigrationAddress {

        @Override
        public String toString() {
            return "unix:@" + name;
        }
    }

    /** {@code file:PATH[,offset=BYTES]}. */
    record File(Path path, long offset) implements MigrationAddress {

        @Override
        public boolean single() {
            return true;
        }

        @Override
        public String toString() {
            return "file:" + path + (offset == 0 ? "" : ",offset=" + offset);
        }
    }

    /**
     * {@code fd:NAME}: a descriptor that was given to a monitor or inherited.
     *
     * @param names where the name is looked up when the address is used, once
     * @param files whether the descriptor may be one of a file
     */
    record Fd(String name, DescriptorNames names, boolean files) implements MigrationAddress {

        @Override
        public boolean single() {
            return true;
        }

        @Override
        public String toString() {
            return "fd:" + name;
        }
    }

    /**
     * {@code exec:COMMAND}: the standard input and output of a program.
     *
     * @param arguments the program's path and its arguments
     */
    record Exec(List<String> arguments) implements MigrationAddress {

        private static final List<String> SHELL = List.of("/bin/sh", "-c");

        public Exec {
            arguments = List.copyOf(arguments);
        }

        /** What a shell makes of a command line. */
        static Exec shell(String command) {
            return new Exec(List.of(SHELL.getFirst(), SHELL.getLast(), command));
        }

        @Override
        public boolean single() {
            return true;
        }

        @Override
        public String toString() {
            boolean shell = arguments.size() == 3 && arguments.subList(0, 2).equals(SHELL);
            return "exec:" + (shell ? arguments.getLast() : String.join(" ", arguments));
        }
    }

    /**
     * {@code vsock:CID:PORT}: a host or a guest of its hypervisor.
     *
     * @param cid the number of the machine, which is read on use like the port
     */
    record Vsock(String cid, String port) implements MigrationAddress {

        @Override
        public String toString() {
            return "vsock:" + cid + ":" + port;
        }
    }

    /**
     * An address of a transport that QEMU can be built without, and vmferry is.
     *
     * @param text the address
     * @param outgoing why nothing can be connected to it
     * @param incoming why nothing can listen there
     */
    record Absent(String text, String outgoing, String incoming) implements MigrationAddress {

        @Override
        public String toString() {
            return text;
        }
    }

    /** Whether there can be one connection only, which all channels have to share. */
    default boolean single() {
        return false;
    }

    /** A migration address that cannot be used; the message is QEMU's where QEMU has one. */
    static final class AddressException extends Exception {

        private static final long serialVersionUID = 1;

        /**
         * @param message one line, as a monitor reports it
         */
        public AddressException(String message) {
            super(message);
        }
    }
}
