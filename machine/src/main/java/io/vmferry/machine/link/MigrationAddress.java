package io.vmferry.machine.link;

import java.math.BigInteger;
import java.nio.file.Path;

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

    /** {@code file:PATH[,offset=BYTES]}. */
    record File(Path path, long offset) implements MigrationAddress {

        @Override
        public String toString() {
            return "file:" + path + (offset == 0 ? "" : ",offset=" + offset);
        }
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
