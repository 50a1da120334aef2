package io.vmferry.machine.objects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.objects.UserObject.AuthorizationObject;
import io.vmferry.machine.objects.UserObject.CredentialsObject;
import io.vmferry.machine.objects.UserObject.SecretObject;
import io.vmferry.machine.tls.CredentialsException;
import io.vmferry.machine.tls.PeerAuthorization;
import io.vmferry.machine.tls.ServerSecurity;
import io.vmferry.machine.tls.TlsContext;
import io.vmferry.machine.tls.TlsEndpoint;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.schema.ObjectType;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The user's objects of a process, by id. Safe for any thread. */
public final class ObjectStore {

    /** A client can fill memory with no more than this. */
    static final int MOST = 256;

    private static final Pattern ID = Pattern.compile("[a-zA-Z][a-zA-Z0-9._-]*");

    private final ObjectMaking making;

    /** Empty while an object is being made. */
    private final Map<String, Optional<UserObject>> objects = new ConcurrentHashMap<>();

    /**
     * A store without objects.
     *
     * @param brokenListFile whether files of authorisations are refused, as by every QEMU so far
     */
    public ObjectStore(Profile profile, boolean brokenListFile) {
        this.making = new ObjectMaking(profile, this, brokenListFile);
    }

    /**
     * Makes an object. Blocks on the disk.
     *
     * @param properties checked against the type of {@code object-add}
     */
    public void add(ObjectNode properties) throws CredentialsException {
        ObjectType type = ObjectType.of(properties);
        making.requirePossible(type);
        String id = properties.get("id").textValue();
        if (!ID.matcher(id).matches()) {
            throw new CredentialsException("Parameter 'id' expects an identifier");
        }
        reserve(id);
        try {
            objects.put(id, Optional.of(making.make(type, properties)));
        } finally {
            objects.remove(id, Optional.empty());
        }
    }

    private void reserve(String id) throws CredentialsException {
        if (objects.size() >= MOST) {
            throw new CredentialsException(
                    "%d objects exist already, which is the limit".formatted(MOST));
        }
        if (objects.putIfAbsent(id, Optional.empty()) != null) {
            throw new CredentialsException(
                    "attempt to add duplicate property '%s' to object (type 'container')"
                            .formatted(id));
        }
    }

    /** Deletes an object; sessions that were made of it go on. */
    public void delete(String id) throws CredentialsException {
        Optional<UserObject> known = objects.getOrDefault(id, Optional.empty());
        if (known.isEmpty() || !objects.remove(id, known)) {
            throw new CredentialsException("object '%s' not found".formatted(id));
        }
        known.get().close();
    }

    private Optional<UserObject> find(String id) {
        return objects.getOrDefault(id, Optional.empty());
    }

    /**
     * The credentials with an id.
     *
     * @param wanted the end that they have to be for
     */
    public TlsContext credentials(String id, TlsEndpoint wanted) throws CredentialsException {
        UserObject found =
                find(id).orElseThrow(() ->
                        new CredentialsException("No TLS credentials with id '%s'".formatted(id)));
        if (!(found instanceof CredentialsObject(TlsContext context))) {
            throw new CredentialsException(
                    "Object with id '%s' is not TLS credentials".formatted(id));
        }
        if (context.endpoint() != wanted) {
            throw new CredentialsException(
                    "Expected TLS credentials for a %s endpoint".formatted(wanted.text()));
        }
        return context;
    }

    /**
     * What encrypts a server, with credentials that have to be there now.
     *
     * @param authorization the id of who may connect, if that is asked
     */
    public ServerSecurity server(String id, Optional<String> authorization)
            throws CredentialsException {
        TlsContext context = credentials(id, TlsEndpoint.SERVER);
        Optional<PeerAuthorization> who = authorization.map(this::authorization);
        return () -> context.session(Optional.empty(), who);
    }

    /** The authorisation with an id, which is looked up when it is asked. */
    public PeerAuthorization authorization(String id) {
        return identity -> {
            UserObject found =
                    find(id).orElseThrow(() ->
                            new CredentialsException("Cannot find QAuthZ object ID " + id));
            if (found instanceof AuthorizationObject(PeerAuthorization rules, Runnable _)) {
                return rules.allows(identity);
            }
            throw new CredentialsException("Object '%s' is not a QAuthZ subclass".formatted(id));
        };
    }

    /** The content of the secret with an id. */
    byte[] secret(String id) throws CredentialsException {
        UserObject found =
                find(id).orElseThrow(() ->
                        new CredentialsException("No secret with id '%s'".formatted(id)));
        if (found instanceof SecretObject secret) {
            return secret.content();
        }
        throw new CredentialsException("Object with id '%s' is not a secret".formatted(id));
    }
}
