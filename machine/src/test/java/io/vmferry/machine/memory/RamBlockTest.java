package io.vmferry.machine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RamBlockTest {
    private static final long PAGES = 1024;

    private GuestRam ram;
    private RamBlock block;

    @BeforeEach
    void allocate() {
        ram =
                GuestRam.allocate(
                        List.of(
                                new RamBlockSpec("ram", PAGES * RamBlock.PAGE_SIZE),
                                new RamBlockSpec("rom", 3 * RamBlock.PAGE_SIZE)));
        block = ram.blocks().getFirst();
    }

    @AfterEach
    void close() {
        ram.close();
    }

    @ParameterizedTest
    @MethodSource("emptyBuffers")
    void placesAPartFromAnyBuffer(ByteBuf buffer) {
        byte[] content = randomPage(12);
        buffer.writeBytes(content);
        block.willStore(9, 11);
        long offset = 9L * RamBlock.PAGE_SIZE + 100;
        block.content().place(offset, PageSource.of(buffer), 4000);
        assertThat(buffer.readableBytes()).isEqualTo(96);
        block.content().place(offset + 4000, PageSource.of(buffer), 96);
        assertThat(
                        block.segment()
                                .asSlice(offset, RamBlock.PAGE_SIZE)
                                .toArray(ValueLayout.JAVA_BYTE))
                .isEqualTo(content);
        assertThat(block.populated().get(10)).isTrue();
    }

    @Test
    void whatLiesInItsPlaceIsOnlyConsumed() {
        byte[] content = randomPage(13);
        block.willStore(3, 4);
        ByteBuf there = block.content().buffer(3L * RamBlock.PAGE_SIZE, RamBlock.PAGE_SIZE).clear();
        there.writeBytes(content);
        block.content().place(3L * RamBlock.PAGE_SIZE, PageSource.of(there), RamBlock.PAGE_SIZE);
        assertThat(there.isReadable()).isFalse();
        assertThat(page(block, 3)).isEqualTo(content);
    }

    @Test
    void placesNothingBeyondItsEndNorMoreThanThereIs() {
        PageSource page = PageSource.of(Unpooled.wrappedBuffer(randomPage(14)));
        long end = block.lengthBytes();
        assertThatThrownBy(() -> block.content().place(end - 1, page, 2))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> block.content().place(0, page, RamBlock.PAGE_SIZE + 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    static Stream<ByteBuf> emptyBuffers() {
        return Stream.of(
                Unpooled.directBuffer(),
                Unpooled.buffer(),
                Unpooled.compositeBuffer()
                        .addComponent(true, Unpooled.directBuffer(5000))
                        .addComponent(true, Unpooled.buffer(5000)));
    }

    @ParameterizedTest
    @MethodSource("emptyBuffers")
    void placesAndCopiesAPageThroughAnyBuffer(ByteBuf buffer) {
        byte[] content = randomPage(11);
        buffer.writeByte(77).writeBytes(content).writeByte(78).readByte();
        PlacedPages.place(block, 9, PageSource.of(buffer));
        assertThat(buffer.readableBytes()).isEqualTo(1);
        assertThat(buffer.readByte()).isEqualTo((byte) 78);
        assertThat(page(block, 9)).isEqualTo(content);
        assertThat(page(block, 8)).containsOnly(0);
        assertThat(page(block, 10)).containsOnly(0);

        buffer.release();
    }

    @Test
    void aPlacedPageIsPopulatedAndReceivedInItsPass() {
        ram.receivingPass(3);
        PlacedPages.place(block, 5, PageSource.of(Unpooled.wrappedBuffer(randomPage(1))));
        ram.receivingPass(400);
        PlacedPages.zero(block, 6);
        assertThat(block.populated().get(5)).isTrue();
        assertThat(block.received().get(5)).isTrue();
        assertThat(block.receivedPass(5)).isEqualTo(3);
        assertThat(block.populated().get(6)).isFalse();
        assertThat(block.received().get(6)).isTrue();
        assertThat(block.receivedPass(6)).isEqualTo(255);
        assertThat(block.receivedPass(7)).isZero();
        assertThat(block.dirtyLog().cardinality()).isZero();
    }

    @Test
    void aShortBufferIsRefusedUntouched() {
        ByteBuf shortBuffer = Unpooled.directBuffer().writeZero(RamBlock.PAGE_SIZE - 1);
        assertThatThrownBy(() -> PlacedPages.place(block, 0, PageSource.of(shortBuffer)))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("4095");
        assertThat(block.received().get(0)).isFalse();
        shortBuffer.release();
    }

    @Test
    void zeroTestFindsASingleByteAnywhere() {
        assertThat(block.isZero(2)).isTrue();
        block.willStore(2);
        assertThat(block.isZero(2)).isTrue();
        for (int at = 0; at < RamBlock.PAGE_SIZE; at++) {
            long offset = 2L * RamBlock.PAGE_SIZE + at;
            block.segment().set(ValueLayout.JAVA_BYTE, offset, (byte) 1);
            assertThat(block.isZero(2)).as("byte %d", at).isFalse();
            block.segment().set(ValueLayout.JAVA_BYTE, offset, (byte) 0);
        }
        assertThat(block.isZero(2)).isTrue();
    }

    @Test
    void zeroingWipesWhatWasThere() {
        PlacedPages.place(block, 4, PageSource.of(Unpooled.wrappedBuffer(randomPage(2))));
        PlacedPages.zero(block, 4);
        assertThat(page(block, 4)).containsOnly(0);
        assertThat(block.isZero(4)).isTrue();
    }

    @Test
    void storesMarkThePageDirty() {
        block.willStore(70);
        assertThat(block.dirtyLog().cardinality()).isZero();
        block.stored(70);
        assertThat(block.dirtyLog().takeWord(1)).isEqualTo(1L << 6);
    }

    @Test
    void blocksAreNumberedThrough() {
        RamBlock rom = ram.block("rom").orElseThrow();
        assertThat(rom.firstPage()).isEqualTo(PAGES);
        assertThat(ram.blockOfPage(PAGES - 1)).isSameAs(block);
        assertThat(ram.blockOfPage(PAGES + 2)).isSameAs(rom);
        assertThat(ram.totalBytes()).isEqualTo((PAGES + 3) * RamBlock.PAGE_SIZE);
        assertThat(ram.block("nothing")).isEmpty();
        assertThatThrownBy(() -> ram.blockOfPage(PAGES + 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void refusesBadBlocks() {
        assertThatThrownBy(() -> new RamBlockSpec("ram", 4097)).hasMessageContaining("4097");
        assertThatThrownBy(() -> new RamBlockSpec("", 4096)).hasMessageContaining("1 to 255");
        RamBlockSpec spec = new RamBlockSpec("ram", 4096);
        assertThatThrownBy(() -> GuestRam.allocate(List.of(spec, spec)))
                .hasMessage("Two RAM blocks have the name 'ram'");
    }

    @Test
    void anAccessAfterCloseThrows() {
        GuestRam other = GuestRam.allocate(List.of(new RamBlockSpec("x", 4096)));
        RamBlock gone = other.blocks().getFirst();
        PlacedPages.place(gone, 0, PageSource.of(Unpooled.wrappedBuffer(randomPage(5))));
        other.close();
        assertThatThrownBy(() -> gone.isZero(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void hugeSparseGuestsCostNothing() throws IOException {
        long before = residentBytes();
        try (GuestRam sparse = GuestRam.allocate(List.of(new RamBlockSpec("ram", 64L << 30)))) {
            RamBlock big = sparse.blocks().getFirst();
            ByteBuf content = Unpooled.wrappedBuffer(randomPage(6));
            for (int i = 0; i < 512; i++) {
                PlacedPages.place(big, (long) i * 32_768, PageSource.of(content.readerIndex(0)));
            }
            for (long p = 0; p < big.pageCount(); p += 1021) {
                assertThat(big.isZero(p)).isEqualTo(!big.populated().get(p));
            }
            assertThat(residentBytes() - before).isLessThan(64L << 20);
        }
    }

    private static long residentBytes() throws IOException {
        String[] fields = Files.readString(Path.of("/proc/self/statm")).split(" ");
        return Long.parseLong(fields[1]) * 4096;
    }

    private static byte[] page(RamBlock block, long page) {
        byte[] bytes = new byte[RamBlock.PAGE_SIZE];
        block.copyPage(page, MemorySegment.ofArray(bytes), 0);
        return bytes;
    }

    private static byte[] randomPage(long seed) {
        byte[] bytes = new byte[RamBlock.PAGE_SIZE];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }
}
