package io.vmferry.machine.tls;

/** Decides whether the owner of a certificate may use a service. */
@FunctionalInterface
public interface PeerAuthorization {

    /**
     * Whether a peer is allowed.
     *
     * @param identity the distinguished name of its certificate
     * @throws CredentialsException where nobody can say
     */
    boolean allows(String identity) throws CredentialsException;
}
