package io.vmferry.machine.hmp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.hmp.HumanMonitor.HmpCommand;
import io.vmferry.machine.objects.ObjectText;
import io.vmferry.machine.tls.CredentialsException;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.ObjectTypes;
import java.util.List;
import java.util.function.Consumer;

/** HMP's commands about objects. */
record ObjectHmp(Profile profile, UnderlyingQmp qmp) {

    List<HmpCommand> commands() {
        return List.of(
                new HmpCommand(
                        "object_add",
                        "[qom-type=]type,id=str[,prop=value][,...]",
                        "create QOM object",
                        (line, print) -> {
                            line.skipSpace();
                            if (line.atEnd()) {
                                throw new HmpLine.HmpSyntaxException("object_add: string expected");
                            }
                            add(line.rest().strip(), print);
                        }),
                new HmpCommand(
                        "object_del",
                        "id",
                        "destroy QOM object",
                        (line, print) -> {
                            String id = line.word("object_del");
                            line.end("object_del");
                            qmp.order(
                                    "object-del", UnderlyingQmp.noArguments().put("id", id), print);
                        }));
    }

    private void add(String text, Consumer<String> print) {
        try {
            ObjectNode arguments = ObjectText.parse(text);
            ObjectTypes.add(profile).check(arguments);
            qmp.order("object-add", arguments, print);
        } catch (CredentialsException | QmpException e) {
            print.accept(UnderlyingQmp.error(Worded.of(e)));
        }
    }
}
