package io.vmferry.dest.incoming;

import io.vmferry.machine.fault.DeviceTrouble;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.ram.RamReader;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.stream.StreamRules;

/** What all streams of one incoming migration load into: the main channel, its package, preempt. */
final class IncomingLoad {

    private final Guest guest;
    private final DeviceTrouble trouble;
    private final ConfigurationCheck check;
    private final RamRules ramRules;
    private final RamLoader ram;
    private final RamReader ramReader;
    private final IncomingDevices devices;
    private final StreamRules rules;

    IncomingLoad(Guest guest, MigrationOptions options, DeviceTrouble trouble) {
        this.guest = guest;
        this.trouble = trouble;
        this.check = new ConfigurationCheck(guest, options);
        this.ramRules = RamRules.of(options.profile());
        this.ram = new RamLoader(guest.ram());
        this.ramReader = new RamReader(ram, ramRules);
        this.devices = new IncomingDevices(guest.devices(), ramReader);
        this.rules = StreamRules.of(options.profile());
        // huge pages are listed with their size when both sides may do postcopy
        ram.listPageSizes(options.capabilities().has(Capability.POSTCOPY_RAM));
    }

    ConfigurationCheck check() {
        return check;
    }

    RamLoader ram() {
        return ram;
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

    /** From POSTCOPY_LISTEN on pages are placed once and whole. */
    void enterPostcopy(RamLoader.Demand demand) {
        ramReader.enterPostcopy();
        ram.enterPostcopy(demand);
    }

    /** New channels: the next record names its block. */
    void resume() {
        ramReader.forgetBlock();
    }

    /** A reader of page records of another channel, with its own continuation. */
    RamReader preemptReader(RamLoader loader) {
        RamReader reader = new RamReader(loader, ramRules);
        reader.enterPostcopy();
        return reader;
    }

    /** A loader for another channel. */
    RamLoader preemptLoader(RamLoader.Demand demand) {
        RamLoader loader = new RamLoader(guest.ram());
        loader.enterPostcopy(demand);
        return loader;
    }
}
