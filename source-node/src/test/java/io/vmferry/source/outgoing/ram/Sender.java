package io.vmferry.source.outgoing.ram;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.HostPages;
import io.vmferry.source.outgoing.ram.RecordOutput.PageCounts;

/** A scan with the output of the main channel, as the phases use them. */
final class Sender {

    final PageScan scan;
    final RecordOutput records;
    final UnsentPages unsent;

    Sender(GuestRam ram, boolean detectZeroPages, PageCounts counts) {
        this.scan = new PageScan(ram);
        this.records = new RecordOutput(ram, detectZeroPages, counts);
        this.unsent = scan.unsent();
    }

    void setup(ByteBuf out, boolean pageSizes) {
        unsent.addAll();
        records.setup(out, pageSizes);
    }

    void fill(ByteBuf out, int maxBytes) {
        scan.give(records.into(out, maxBytes));
    }

    void send(ByteBuf out, HostPages page) {
        scan.give(page, records.into(out, out.writableBytes()));
        scan.continueAfter(page);
    }

    void enterPostcopy() {
        scan.enterPostcopy();
        records.enterPostcopy();
    }
}
