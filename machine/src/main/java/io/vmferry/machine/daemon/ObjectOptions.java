package io.vmferry.machine.daemon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.commandline.HelpGroup;
import io.vmferry.machine.daemon.ExitCode.NodeFailure;
import io.vmferry.machine.objects.ObjectText;
import io.vmferry.machine.tls.CredentialsException;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.ObjectTypes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The command line option that makes objects. */
final class ObjectOptions {

    @HelpGroup("Migration")
    @Option(
            names = "--object",
            paramLabel = "TYPE,id=ID[,KEY=VALUE]*",
            description = {
                "An object as QEMU's -object makes it, repeatable: tls-creds-x509, tls-creds-psk or",
                "tls-creds-anon (endpoint=client|server, dir=FOLDER) for --parameter tls-creds=ID;",
                "authz-simple, authz-list or authz-listfile for --parameter tls-authz=ID; secret."
            })
    private List<String> texts = new ArrayList<>();

    @HelpGroup("Control")
    @Option(
            names = "--metrics-tls-creds",
            paramLabel = "ID",
            description = "Serve --metrics by HTTPS, with the TLS credentials of an --object.")
    @Nullable String metricsCredentials;

    /** The arguments of {@code object-add} that make them, in their order. */
    List<ObjectNode> parsed(Profile profile) throws NodeFailure {
        List<ObjectNode> parsed = new ArrayList<>();
        for (String text : texts) {
            try {
                ObjectNode properties = ObjectText.parse(text);
                ObjectTypes.add(profile).check(properties);
                parsed.add(properties);
            } catch (CredentialsException | QmpException e) {
                // not the text itself, which may have a secret in it
                throw NodeFailure.usage("--object: " + Worded.of(e));
            }
        }
        return parsed;
    }
}
