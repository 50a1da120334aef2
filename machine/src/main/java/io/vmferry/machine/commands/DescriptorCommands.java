package io.vmferry.machine.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.descriptor.ClientDescriptors;
import io.vmferry.machine.descriptor.DescriptorException;
import io.vmferry.machine.descriptor.DescriptorSets;
import io.vmferry.machine.descriptor.DescriptorSets.SetContent;
import io.vmferry.machine.descriptor.DescriptorSets.SetMember;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.CommandTable.QmpCommand;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.CommandSpec;
import io.vmferry.protocol.schema.DescriptorTypes;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code getfd}, {@code closefd}, {@code add-fd}, {@code remove-fd} and {@code query-fdsets}: the
 * descriptors that clients send along with a command.
 *
 * @param sets those of the process
 */
public record DescriptorCommands(DescriptorSets sets) {

    /** A command of a client that has given descriptors. */
    @FunctionalInterface
    private interface DescriptorRequest {
        void run(ObjectNode arguments, Reply reply, ClientDescriptors client)
                throws DescriptorException;
    }

    /** Adds the commands. */
    public void addTo(CommandTable.Builder table) {
        table.add("getfd", DescriptorTypes.NAME, command(DescriptorCommands::getfd));
        table.add("closefd", DescriptorTypes.NAME, command(DescriptorCommands::closefd));
        table.add(
                CommandSpec.of("add-fd").takes(DescriptorTypes.ADD).returns(DescriptorTypes.ADDED),
                command(this::add));
        table.add("remove-fd", DescriptorTypes.REMOVE, command(this::remove));
        table.query("query-fdsets", DescriptorTypes.SETS, this::all);
    }

    private static QmpCommand command(DescriptorRequest request) {
        return (arguments, reply) -> {
            try {
                request.run(arguments, reply, reply.client().descriptors());
            } catch (DescriptorException e) {
                throw QmpException.generic(Worded.of(e));
            }
        };
    }

    private static void getfd(ObjectNode arguments, Reply reply, ClientDescriptors client)
            throws DescriptorException {
        client.names().put(arguments.get("fdname").textValue(), client.next());
        reply.success();
    }

    private static void closefd(ObjectNode arguments, Reply reply, ClientDescriptors client)
            throws DescriptorException {
        client.names().closeNamed(arguments.get("fdname").textValue());
        reply.success();
    }

    private void add(ObjectNode arguments, Reply reply, ClientDescriptors client)
            throws DescriptorException {
        SetMember added =
                sets.add(
                        client.next(),
                        number(arguments, "fdset-id"),
                        Optional.ofNullable(arguments.get("opaque")).map(JsonNode::textValue));
        reply.success(
                JsonNodeFactory.instance
                        .objectNode()
                        .put("fd", added.number())
                        .put("fdset-id", added.set()));
    }

    private void remove(ObjectNode arguments, Reply reply, ClientDescriptors client)
            throws DescriptorException {
        sets.remove(arguments.get("fdset-id").longValue(), number(arguments, "fd"));
        reply.success();
    }

    private static OptionalLong number(ObjectNode arguments, String name) {
        return arguments.has(name)
                ? OptionalLong.of(arguments.get(name).longValue())
                : OptionalLong.empty();
    }

    private ArrayNode all() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (SetContent set : sets.all()) {
            ObjectNode shown = all.addObject();
            ArrayNode members = shown.putArray("fds");
            for (SetMember member : set.members()) {
                ObjectNode one = members.addObject().put("fd", member.number());
                member.opaque().ifPresent(opaque -> one.put("opaque", opaque));
            }
            shown.put("fdset-id", set.set());
        }
        return all;
    }
}
