package io.vmferry.machine.objects;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.link.LinkSecurity;
import io.vmferry.machine.tls.CredentialsException;
import io.vmferry.machine.tls.PeerAuthorization;
import io.vmferry.machine.tls.TlsEndpoint;
import io.vmferry.machine.tls.TlsException;
import io.vmferry.machine.tls.TlsSession;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Trait;
import java.util.Optional;

/**
 * Encrypts the connections of a migration as its parameters {@code tls-creds}, {@code tls-hostname}
 * and {@code tls-authz} say when each of them is made, as in QEMU. Confined to the engine's loop.
 */
public record MigrationSecurity(MigrationOptions options, ObjectStore objects)
        implements LinkSecurity {

    @Override
    public Optional<TlsSession> client(Optional<String> host) throws TlsException {
        String named = options.parameters().tlsHostname();
        return session(
                TlsEndpoint.CLIENT, named.isEmpty() ? host : Optional.of(named), Optional.empty());
    }

    @Override
    public Optional<TlsSession> server() throws TlsException {
        String authorization = options.parameters().tlsAuthz();
        return session(
                TlsEndpoint.SERVER,
                Optional.empty(),
                authorization.isEmpty()
                        ? Optional.empty()
                        : Optional.of(objects.authorization(authorization)));
    }

    private Optional<TlsSession> session(
            TlsEndpoint end, Optional<String> host, Optional<PeerAuthorization> authorization)
            throws TlsException {
        Parameters parameters = options.parameters();
        if (parameters.tlsCreds().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    objects.credentials(parameters.tlsCreds(), end).session(host, authorization));
        } catch (CredentialsException e) {
            throw new TlsException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean strictEnd() {
        return options.profile().has(Trait.MULTIFD_TLS_BYE);
    }
}
