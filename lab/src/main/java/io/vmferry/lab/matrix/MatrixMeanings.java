package io.vmferry.lab.matrix;

import io.vmferry.machine.fault.FaultActionKind;
import io.vmferry.machine.fault.FaultHost;
import io.vmferry.tools.faults.FaultList;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the places and actions of the matrix mean, as {@code scripts/faults} says it. */
final class MatrixMeanings {

    private MatrixMeanings() {}

    /** By the form of a place, as {@code byte(CHANNEL)@SIZE}. */
    static Map<String, String> places() {
        return FaultList.places();
    }

    /** By the name with which a place begins, as {@code byte}. */
    static Map<String, String> placesByName() {
        Map<String, String> meanings = new LinkedHashMap<>();
        places().forEach((form, meaning) -> meanings.put(nameOf(form), meaning));
        return meanings;
    }

    /** The name with which a form begins. */
    static String nameOf(String form) {
        return form.split("[(@+ ]", 2)[0];
    }

    /** By the name of an action. */
    static Map<String, String> actions() {
        Map<String, String> meanings = new LinkedHashMap<>();
        FaultActionKind.of(FaultHost.NODE)
                .forEach(kind -> meanings.put(kind.text(), kind.meaning()));
        for (Signal signal : Signal.values()) {
            meanings.put(signal.text(), signal.meaning());
        }
        return meanings;
    }
}
