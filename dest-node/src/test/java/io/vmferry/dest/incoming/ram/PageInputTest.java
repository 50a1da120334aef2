package io.vmferry.dest.incoming.ram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.memory.GuestRam;
import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.memory.RamBlockSpec;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamBlockName;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.ram.RamRules;
import io.vmferry.protocol.ram.RamWriter;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StreamException;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Page records of one channel or of several, without a migration around them. */
class PageInputTest {

    private static final RamBlockName A = new RamBlockName("a");
    private static final RamBlockName HUGE = new RamBlockName("huge");

    private final GuestRam guest =
            GuestRam.allocate(
                    List.of(
                            new RamBlockSpec("a", 16 * 4096),
                            new RamBlockSpec("huge", 8 * 4096, 4 * 4096)));
    private final RamBlock a = guest.blocks().getFirst();
    private final RamBlock huge = guest.blocks().getLast();
    private final IncomingRam ram = new IncomingRam(guest, false);
    private boolean over;
    private int placed;
    private final PageRequests requests =
            new PageRequests(
                    request -> false,
                    () -> over,
                    () -> placed++,
                    new Blocktime(1, () -> 0),
                    Probe.NONE);
    private boolean direct;
    private final Channel main = new Channel();
    private final Channel preempt = new Channel();

    @AfterEach
    void unmap() {
        guest.close();
    }

    private void enterPostcopy() {
        guest.blocks().forEach(block -> block.discard(0, block.pageCount()));
        ram.synchronised();
        main.input.enterPostcopy(requests);
        preempt.input.enterPostcopy(requests);
    }

    private byte first(RamBlock block, long page) {
        return block.segment().get(ValueLayout.JAVA_BYTE, page * 4096);
    }

    @Test
    void pagesComeAsTheyAreAndMayComeAgain() throws StreamException {
        main.page(A, 3, 7).page(A, 4, 8).zero(A, 4).page(A, 3, 9);
        assertThat(first(a, 3)).isEqualTo((byte) 9);
        assertThat(a.isZero(4)).isTrue();
        assertThat(a.received().cardinality()).isEqualTo(2);
        assertThat(ram.normalPages()).isEqualTo(3);
        assertThat(ram.zeroPages()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDeltaChangesWhatIsThere(boolean fromDirectMemory) throws StreamException {
        direct = fromDirectMemory;
        byte[] firstAndLast = {0, 1, 5, (byte) 0xfe, 0x1f, 1, 6};
        main.page(A, 3, 7);
        main.records((writer, out) ->
                writer.delta(out, A, 3 * 4096L, firstAndLast, firstAndLast.length));
        assertThat(first(a, 3)).isEqualTo((byte) 5);
        assertThat(a.segment().get(ValueLayout.JAVA_BYTE, 3 * 4096 + 4095)).isEqualTo((byte) 6);
        assertThat(a.segment().get(ValueLayout.JAVA_BYTE, 4 * 4096)).isZero();
        assertThat(ram.deltaPages()).isOne();
        assertThat(ram.normalPages()).isOne();
        assertThat(a.received().cardinality()).isOne();
    }

    @Test
    void inPostcopyNoDeltaIsTaken() {
        enterPostcopy();
        assertThatThrownBy(() ->
                        main.records((writer, out) -> writer.delta(out, A, 0, new byte[0], 0)))
                .hasMessageContaining("RAM record with flags 0x040 in the postcopy phase");
    }

    @Test
    void inPostcopyAHostPageIsThereWhenAllOfItIs() throws StreamException {
        enterPostcopy();
        main.page(HUGE, 4, 1).page(HUGE, 5, 1).zero(HUGE, 6);
        assertThat(huge.received().cardinality()).isZero();
        preempt.page(A, 0, 1);
        main.page(HUGE, 7, 1);
        assertThat(huge.received().cardinality()).isEqualTo(4);
        assertThat(placed).isEqualTo(2);
    }

    /** Each channel has a host page of its own under way, and a block that it goes on with. */
    @Test
    void channelsDoNotDisturbEachOther() throws StreamException {
        enterPostcopy();
        for (int page = 0; page < 4; page++) {
            main.page(HUGE, page, 1);
            preempt.page(HUGE, 4 + page, 2);
        }
        assertThat(huge.received().cardinality()).isEqualTo(8);
        assertThat(ram.normalPages()).as("on both").isEqualTo(8);
        main.input.forgetBlock();
        assertThatThrownBy(() -> main.page(HUGE, 0, 1)).hasMessageContaining("none was named");
        assertThatThrownBy(() -> preempt.page(HUGE, 4, 1)).hasMessageContaining("a second time");
    }

    @Test
    void aPageThatCameInPartComesAgainAsAWhole() throws StreamException {
        enterPostcopy();
        main.page(HUGE, 0, 1).page(HUGE, 1, 1);
        main.input.dropPartialHostPage();
        main.page(HUGE, 4, 1).page(HUGE, 5, 1).page(HUGE, 6, 1).page(HUGE, 7, 1);
        assertThat(huge.received().cardinality()).isEqualTo(4);
    }

    @Test
    void nothingIsPlacedWhenAllIsOver() {
        enterPostcopy();
        over = true;
        assertThatThrownBy(() -> main.page(A, 0, 1)).hasMessageContaining("has ended or paused");
        assertThat(a.received().cardinality()).isZero();
    }

    @Test
    void pagesOfOneBufferAreAllNotedInWhateverOrderTheyCome() throws StreamException {
        main.records((writer, out) -> {
            for (int page : new int[] {3, 4, 5, 9, 8, 4}) {
                content(writer, out, A, page, page);
            }
            content(writer, out, HUGE, 6, 1);
            writer.zeroPage(out, A, 10 * 4096L);
        });
        assertThat(a.received().toWords()).containsExactly(0b111_0011_1000L);
        assertThat(huge.received().toWords()).containsExactly(0b100_0000L);
    }

    @Test
    void whatCameBeforeAWrongRecordIsNoted() {
        assertThatThrownBy(() ->
                        main.records((writer, out) -> {
                            content(writer, out, A, 3, 1);
                            content(writer, out, A, 4, 1);
                            out.writeLong(RamFlags.PAGE | RamFlags.CONTINUE | 99 * 4096L);
                            out.writeZero(4096);
                        }))
                .hasMessageContaining("lies outside of its block");
        assertThat(a.received().toWords()).containsExactly(0b1_1000L);
    }

    // ---- passes

    @Test
    void aRoundOfMultifdEndsWithinABuffer() throws StreamException {
        ByteBuf out = Unpooled.buffer();
        RamWriter writer = new RamWriter();
        content(writer, out, A, 4, 1);
        writer.multifdFlush(out);
        content(writer, out, A, 5, 1);
        while (out.isReadable()) {
            main.input.read(out);
        }
        assertThat(a.receivedPass(4)).isEqualTo(1);
        assertThat(a.receivedPass(5)).isEqualTo(2);
    }

    @Test
    void theOrderOfPagesAndTheirComingAgainBeginNoPass() throws StreamException {
        main.page(A, 5, 1).page(A, 4, 1).page(HUGE, 0, 1).page(A, 5, 1).page(A, 5, 1);
        main.input.begin(SectionType.PART);
        main.page(A, 1, 1);
        assertThat(ram.pass()).isEqualTo(1);
        assertThat(a.receivedPass(5)).isEqualTo(1);
    }

    @Test
    void theEndOfRamBeginsTheLastPass() throws StreamException {
        main.page(A, 5, 1).page(A, 6, 1);
        main.input.begin(SectionType.END);
        main.page(A, 6, 2);
        assertThat(ram.pass()).isEqualTo(2);
        assertThat(a.receivedPass(5)).isEqualTo(1);
        assertThat(a.receivedPass(6)).isEqualTo(2);
    }

    @Test
    void listenBeginsThePassOfPostcopyAndItsEndBeginsNone() throws StreamException {
        main.page(A, 5, 1);
        enterPostcopy();
        preempt.page(A, 5, 1);
        main.input.begin(SectionType.END);
        main.page(A, 6, 1);
        assertThat(ram.pass()).isEqualTo(2);
        assertThat(a.receivedPass(5)).isEqualTo(2);
        assertThat(a.receivedPass(6)).isEqualTo(2);
    }

    @Test
    void eachRoundOfMultifdBeginsAPassUnlessNothingCameInIt() throws StreamException {
        main.records((writer, out) -> writer.multifdFlush(out));
        assertThat(ram.pass()).isEqualTo(1);
        main.page(A, 5, 1);
        main.records((writer, out) -> writer.multifdFlush(out));
        main.records((writer, out) -> writer.multifdFlush(out));
        main.page(A, 4, 1);
        main.input.begin(SectionType.END);
        main.page(A, 5, 1);
        assertThat(ram.pass()).isEqualTo(3);
        assertThat(a.receivedPass(4)).isEqualTo(2);
        assertThat(a.receivedPass(5)).isEqualTo(3);
    }

    private static void content(
            RamWriter writer, ByteBuf out, RamBlockName block, int page, int value) {
        writer.pageHeader(out, RamFlags.PAGE, block, page * 4096L);
        out.writeByte(value).writeZero(4095);
    }

    private interface Records {
        void write(RamWriter writer, ByteBuf out);
    }

    /** A source's end of a channel, and the input at ours. */
    private final class Channel {
        private final PageInput input = new PageInput(ram, RamRules.of(Profile.DEFAULT));
        private final RamWriter writer = new RamWriter();

        Channel records(Records records) throws StreamException {
            ByteBuf out = direct ? Unpooled.directBuffer() : Unpooled.buffer();
            records.write(writer, out);
            input.read(out);
            assertThat(out.isReadable()).isFalse();
            return this;
        }

        Channel page(RamBlockName block, int page, int value) throws StreamException {
            return records((writer, out) -> content(writer, out, block, page, value));
        }

        Channel zero(RamBlockName block, int page) throws StreamException {
            return records((writer, out) -> writer.zeroPage(out, block, page * 4096L));
        }
    }
}
