package io.vmferry.machine.link;

import java.nio.file.Path;

/** Where a migration goes to or comes from, as QEMU's migration URIs and QMP's channels name it. */
public sealed interface MigrationAddress {

    /** {@code tcp:HOST:PORT}; host without brackets. */
    record Tcp(String host, int port) implements MigrationAddress {

        public Tcp {
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("Port " + port + " is not in 0..65535");
            }
        }

        @Override
        public String toString() {
            return "tcp:" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
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
}
