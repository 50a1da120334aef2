package io.vmferry.tools.proxy;

import io.vmferry.machine.fault.FaultHost;
import io.vmferry.tools.commandline.FaultLanguage;
import java.util.Optional;
import java.util.function.IntSupplier;

/** The places and actions of the proxy's fault plan, generated from the code. */
final class ProxyList {

    private ProxyList() {}

    static String text(Optional<IntSupplier> columns) {
        FaultLanguage list =
                new FaultLanguage("the proxy", "over all connections")
                        .entry("after TIME", "a time after the first connection")
                        .entry(
                                "byte(CHANNEL)@SIZE",
                                "before that byte of the channel's first connection, or the #ORDINAL-th");
        for (Direction direction : Direction.values()) {
            list.heading("  of the %s:".formatted(direction.text()));
            for (PlaceName name : PlaceName.values()) {
                if (name.direction() == direction) {
                    list.entry(name.text(), name.meaning());
                }
            }
        }
        return list.actions(FaultHost.PROXY).text(columns);
    }
}
