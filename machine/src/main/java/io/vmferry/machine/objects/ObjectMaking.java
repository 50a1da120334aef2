package io.vmferry.machine.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.objects.UserObject.AuthorizationObject;
import io.vmferry.machine.objects.UserObject.CredentialsObject;
import io.vmferry.machine.tls.CredentialsException;
import io.vmferry.machine.tls.PreSharedKeyFile;
import io.vmferry.machine.tls.TlsContext;
import io.vmferry.machine.tls.TlsCredentials;
import io.vmferry.machine.tls.TlsEndpoint;
import io.vmferry.machine.tls.X509Files;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.schema.ObjectType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Makes objects of their properties.
 *
 * @param store where one object finds another
 * @param brokenListFile whether files of authorisations are refused
 */
record ObjectMaking(Profile profile, ObjectStore store, boolean brokenListFile) {

    /** QEMU's schema has a name for one type that its object model knows by another. */
    void requirePossible(ObjectType type) throws CredentialsException {
        if (type == ObjectType.AUTHZ_LISTFILE && brokenListFile) {
            throw new CredentialsException("invalid object type: " + type.text());
        }
    }

    UserObject make(ObjectType type, ObjectNode properties) throws CredentialsException {
        if (properties.has("loaded")) {
            throw new CredentialsException(
                    "Property '%s.loaded' is not writable".formatted(type.text()));
        }
        return switch (type) {
            case TLS_CREDS_X509 -> credentials(x509(properties));
            case TLS_CREDS_PSK -> credentials(preShared(properties));
            case TLS_CREDS_ANON ->
                    credentials(
                            new TlsCredentials.Anonymous(
                                    endpoint(properties), priority(properties)));
            case AUTHZ_SIMPLE -> simple(properties.get("identity").textValue());
            case AUTHZ_LIST -> {
                RuleList rules = RuleList.of(properties);
                yield new AuthorizationObject(rules, () -> {});
            }
            case AUTHZ_LISTFILE -> {
                RuleFile file =
                        RuleFile.open(
                                properties.get("filename").textValue(),
                                flag(properties, "refresh", true));
                yield new AuthorizationObject(file, file::close);
            }
            case SECRET -> SecretReading.of(properties, store);
        };
    }

    private static UserObject credentials(TlsCredentials credentials) throws CredentialsException {
        return new CredentialsObject(TlsContext.of(credentials));
    }

    private static UserObject simple(String allowed) {
        return new AuthorizationObject(allowed::equals, () -> {});
    }

    private TlsCredentials x509(ObjectNode properties) throws CredentialsException {
        Optional<String> passwordId = text(properties, "passwordid");
        Optional<String> password =
                passwordId.isPresent() ? Optional.of(password(passwordId.get())) : Optional.empty();
        return new X509Files(
                        profile,
                        endpoint(properties),
                        text(properties, "dir"),
                        password,
                        flag(properties, "sanity-check", true))
                .load(priority(properties), flag(properties, "verify-peer", true));
    }

    private String password(String id) throws CredentialsException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(store.secret(id)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CredentialsException("Data from secret %s is not valid UTF-8".formatted(id));
        }
    }

    private TlsCredentials preShared(ObjectNode properties) throws CredentialsException {
        return new PreSharedKeyFile(
                        profile,
                        endpoint(properties),
                        text(properties, "dir"),
                        text(properties, "username"))
                .load(priority(properties));
    }

    private static TlsEndpoint endpoint(ObjectNode properties) {
        return text(properties, "endpoint")
                .map(name -> Named.require(TlsEndpoint.class, "endpoint", name))
                .orElse(TlsEndpoint.CLIENT);
    }

    private static Optional<String> priority(ObjectNode properties) {
        return text(properties, "priority");
    }

    /** A text that may be left out. */
    static Optional<String> text(ObjectNode properties, String name) {
        return Optional.ofNullable(properties.get(name)).map(JsonNode::textValue);
    }

    private static boolean flag(ObjectNode properties, String name, boolean otherwise) {
        return properties.has(name) ? properties.get(name).booleanValue() : otherwise;
    }
}
