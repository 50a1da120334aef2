package io.vmferry.machine.hmp;

import io.vmferry.machine.hmp.HumanMonitor.HmpCommand;
import java.util.List;

/**
 * HMP's commands about descriptors. No descriptor comes with a command line, and those of the
 * client have no name here: {@code human-monitor-command} is a monitor of its own.
 */
record DescriptorHmp(UnderlyingQmp qmp) {

    List<HmpCommand> commands() {
        return List.of(
                named("getfd", "receive a file descriptor via SCM rights and assign it a name"),
                named("closefd", "close a file descriptor previously passed via SCM rights"));
    }

    private HmpCommand named(String name, String help) {
        return new HmpCommand(
                name,
                name + " name",
                help,
                (line, print) -> {
                    String given = line.word(name);
                    line.end(name);
                    qmp.order(name, UnderlyingQmp.noArguments().put("fdname", given), print);
                });
    }
}
