package io.vmferry.dest.incoming;

import io.vmferry.dest.incoming.ram.IncomingRam;
import io.vmferry.dest.incoming.ram.PageInput;
import io.vmferry.dest.incoming.ram.PageRequests;
import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.stream.StreamRules;

/** What all streams of one incoming migration load into: the main channel, its package, preempt. */
final class IncomingLoad {

    private final DeviceTrouble trouble;
    private final ConfigurationCheck check;
    private final RamRules ramRules;
    private final IncomingRam ram;
    private final PageInput pages;
    private final IncomingDevices devices;
    private final StreamRules rules;

    IncomingLoad(Guest guest, MigrationOptions options, DeviceTrouble trouble) {
        this.trouble = trouble;
        this.check = new ConfigurationCheck(guest, options);
        this.ramRules = RamRules.of(options.profile());
        // huge pages are listed with their size when both sides may do postcopy
        this.ram =
                new IncomingRam(guest.ram(), options.capabilities().has(Capability.POSTCOPY_RAM));
        this.pages = new PageInput(ram, ramRules);
        this.devices = new IncomingDevices(guest.devices(), pages);
        this.rules = StreamRules.of(options.profile());
    }

    ConfigurationCheck check() {
        return check;
    }

    IncomingRam ram() {
        return ram;
    }

    /** The pages of the main channel. */
    PageInput pages() {
        return pages;
    }

    DeviceTrouble trouble() {
        return trouble;
    }

    IncomingDevices devices() {
        return devices;
    }

    StreamRules rules() {
        return rules;
    }

    /**
     * POSTCOPY_LISTEN: the discards in front of it have told what the last dirty sync has found.
     */
    void enterPostcopy(PageRequests requests) {
        ram.synchronised();
        pages.enterPostcopy(requests);
    }

    /** The pages of the preempt channel. */
    PageInput preemptPages(PageRequests requests) {
        PageInput input = new PageInput(ram, ramRules);
        input.enterPostcopy(requests);
        return input;
    }
}
