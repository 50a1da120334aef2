package io.vmferry.machine.objects;

import io.vmferry.machine.tls.PeerAuthorization;
import io.vmferry.machine.tls.TlsContext;

/** An object that a user has made. */
sealed interface UserObject {

    /** Releases what it holds, when it is deleted. */
    default void close() {}

    /** {@code tls-creds-x509}, {@code tls-creds-psk} or {@code tls-creds-anon}. */
    record CredentialsObject(TlsContext context) implements UserObject {
        @Override
        public void close() {
            context.close();
        }
    }

    /**
     * {@code authz-simple}, {@code authz-list} or {@code authz-listfile}.
     *
     * @param release ends the watch of a file
     */
    record AuthorizationObject(PeerAuthorization rules, Runnable release) implements UserObject {
        @Override
        public void close() {
            release.run();
        }
    }

    /** {@code secret}, which no text shows. */
    final class SecretObject implements UserObject {

        private final byte[] content;

        SecretObject(byte[] content) {
            this.content = content.clone();
        }

        byte[] content() {
            return content.clone();
        }

        @Override
        public String toString() {
            return "a secret";
        }
    }
}
