package io.vmferry.machine.verdict;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.oracle.WrongPage;

/** A verdict as a JSON object, for the monitor and for stdout. {@link VerdictTypes} is its type. */
public final class VerdictJson {

    private VerdictJson() {}

    /** The members of the object. */
    public static ObjectNode of(Verdict verdict) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("side", verdict.side().text());
        json.put("status", verdict.status().text());
        json.put("settled", verdict.settled());
        json.put("guest", verdict.guest().text());
        json.put("fate", verdict.fate());
        verdict.reason().ifPresent(why -> json.put("reason", why));
        json.set("memory", memory(verdict.memory()));
        verdict.warnings().forEach(json.putArray("warnings")::add);
        return json;
    }

    private static ObjectNode memory(MemoryProof memory) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("state", memory.state().text());
        json.put("text", memory.text());
        json.put("checked-pages", memory.checkedPages());
        json.put("written-pages", memory.writtenPages());
        json.put("wrong-pages", memory.wrongPages());
        memory.firstWrong().ifPresent(page -> json.set("first-wrong", wrong(page)));
        return json;
    }

    private static ObjectNode wrong(WrongPage page) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("block", page.block());
        json.put("offset", page.offset());
        json.put("vcpu", page.lastWriter());
        page.expectedStep().ifPresent(step -> json.put("written-step", step));
        page.foundStep().ifPresent(step -> json.put("found-step", step));
        json.put("pass", page.pass());
        json.put("text", page.explanation());
        return json;
    }
}
