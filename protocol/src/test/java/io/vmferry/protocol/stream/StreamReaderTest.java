package io.vmferry.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmferry.protocol.profile.Profile;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamReaderTest {

    private final SampleDestination destination =
            new SampleDestination(StreamRules.of(Profile.DEFAULT));

    @Test
    void aPrecopyIsToldInOrder() {
        assertThat(SampleDestination.outcome(SampleStreams.precopy()))
                .containsExactly(
                        "header",
                        "Configuration[machineName=none, subsections=[TargetPageBits[bits=12],"
                                + " ValidatedCapabilities[names=[x-ignore-shared, mapped-ram]],"
                                + " ValidatedUuid[uuid=00000000-0000-0001-0000-000000000002],"
                                + " ReturnPathChannel"
                                + "[migrationId=00000000-0000-0003-0000-000000000004]]]",
                        "OpenReturnPath[]",
                        "Ping[value=1]",
                        "SectionHeader[type=START, sectionId=1, idstr=ram, instanceId=0,"
                                + " versionId=4]",
                        "RamBlockEntry[idstr=ram, usedLengthBytes=16384,"
                                + " hugePageSizeBytes=OptionalLong.empty,"
                                + " guestPhysicalAddress=OptionalLong.empty]",
                        "end of START 1",
                        "PART 1",
                        "zero 0 0",
                        "page 4096 " + samplePageHash(),
                        "zero 8192 0",
                        "flush",
                        "end of PART 1",
                        "PART 1",
                        "end of PART 1",
                        "SwitchoverStart[]",
                        "END 1",
                        "zero 12288 0",
                        "end of END 1",
                        "SectionHeader[type=FULL, sectionId=0, idstr=timer, instanceId=0,"
                                + " versionId=2]",
                        "fields from 7",
                        "end of FULL 0",
                        "SectionHeader[type=FULL, sectionId=3, idstr=globalstate, instanceId=0,"
                                + " versionId=1]",
                        "fields from " + (8L << 32),
                        "end of FULL 3",
                        "EOF",
                        "description of 34");
    }

    private static int samplePageHash() {
        ByteBuf page = Unpooled.buffer();
        for (int i = 0; i < 4096; i++) {
            page.writeByte(i * 31);
        }
        return ByteBufUtil.hashCode(page);
    }

    @Test
    void aPostcopyEndsAtEof() throws StreamException {
        StreamReader reader = destination.migration();
        reader.read(Unpooled.wrappedBuffer(SampleStreams.postcopy()));

        assertThat(reader.ended()).isTrue();
        assertThat(destination.log())
                .containsSubsequence(
                        "PostcopyAdvise[pageSizes=Optional[PageSizes[ramPageSizes=4096,"
                                + " targetPageSizeBytes=4096]]]",
                        "PostcopyRamDiscard[block=ram, ranges=[Range[startBytes=4096,"
                                + " lengthBytes=4096], Range[startBytes=0, lengthBytes=0]]]",
                        "package of " + SampleStreams.blob().length,
                        "PostcopyListen[]",
                        "end of FULL 3",
                        "Ping[value=3]",
                        "Ping[value=66]",
                        "PostcopyRun[]",
                        "Ping[value=4]",
                        "PART 1",
                        "zero 4096 0",
                        "END 1",
                        "EOF");
    }

    @Test
    void aRecoveredConnectionBeginsWithItems() throws StreamException {
        StreamReader reader = destination.recovery();
        reader.read(Unpooled.wrappedBuffer(SampleStreams.recovery()));
        reader.endOfInput();

        assertThat(reader.ended()).isTrue();
        assertThat(destination.log())
                .containsExactly(
                        "RecvBitmap[block=ram]",
                        "PostcopyResume[]",
                        "PART 1",
                        "zero 4096 0",
                        "end of PART 1",
                        "END 1",
                        "end of END 1",
                        "EOF");
    }

    @ParameterizedTest
    @MethodSource("io.vmferry.protocol.stream.StreamWriterTest#commands")
    void everyCommandIsReadAsWritten(Command command) {
        byte[] items = Bytes.written(out -> StreamWriter.command(out, command));
        String expected =
                switch (command) {
                    case Command.Packaged(long bytes) when bytes > Integer.MAX_VALUE ->
                            "PACKAGE_TOO_LARGE Package of 4294967295 bytes";
                    case Command.Packaged _ ->
                            "TRUNCATED Stream ended within a package: after 0 of 210 bytes";
                    default -> command.toString();
                };
        assertThat(SampleDestination.outcome(SampleStreams.withItems(items)))
                .anyMatch(line -> line.startsWith(expected));
    }

    @Test
    void theRestOfAnElementStaysUnread() throws StreamException {
        StreamReader reader = destination.migration();
        ByteBuf in = SampleStreams.begun().writeBytes(Bytes.of("08 0002 0004 0000"));
        reader.read(in);

        assertThat(in.readableBytes()).isEqualTo(7);
        assertThat(reader.offset()).isEqualTo(in.readerIndex());
        assertThat(reader.ended()).isFalse();
    }

    @Test
    void nothingIsReadWhilePaused() throws StreamException {
        StreamReader reader = destination.migration();
        reader.pause();
        ByteBuf in = Unpooled.wrappedBuffer(SampleStreams.precopy());
        reader.read(in);
        assertThat(in.readerIndex()).isZero();

        reader.resume();
        reader.read(in);
        assertThat(in.isReadable()).isFalse();
        assertThat(reader.ended()).isTrue();
    }

    @Test
    void aPayloadCanPauseBetweenItsPieces() throws StreamException {
        StreamReader[] reader = new StreamReader[1];
        SampleDestination inner = new SampleDestination(StreamRules.of(Profile.DEFAULT));
        StreamListener listener =
                new ForwardingListener(inner) {
                    @Override
                    public PayloadReader section(Element head, SectionHeader header) {
                        return in -> {
                            in.skipBytes(1);
                            reader[0].pause();
                            return in.getByte(in.readerIndex()) == 0x7E;
                        };
                    }
                };
        reader[0] = StreamReader.migration(listener, StreamRules.of(Profile.DEFAULT));
        ByteBuf in =
                SampleStreams.begun()
                        .writeBytes(Bytes.of("04 00000005 01 \"x\" 00000000 00000001"))
                        .writeBytes(Bytes.of("aabb 7e 00000005 00"));
        int rounds = 0;
        while (!reader[0].ended() && rounds < 10) {
            reader[0].read(in);
            reader[0].resume();
            rounds++;
            if (inner.log().contains("EOF")) {
                break;
            }
        }
        assertThat(rounds).isEqualTo(3);
        assertThat(inner.log()).endsWith("end of FULL 5", "EOF");
    }

    @Test
    void aRefusalTellsItsPlaceOnceAndIsFinal() throws StreamException {
        StreamReader reader = destination.migration();
        ByteBuf in = SampleStreams.begun();
        SampleStreams.ramSetup(in);
        int part = in.writerIndex();
        in.writeBytes(Bytes.of("02 00000001 0000000000004002 03 \"ram\" 00"));

        StreamException refused = assertThrows(StreamException.class, () -> reader.read(in));
        assertThat(refused.error()).isEqualTo(StreamError.RAM_OFFSET);
        assertThat(refused.offset()).isEqualTo(part + 5);
        assertThat(refused.element()).contains("section ram");
        assertThat(refused)
                .hasMessage(
                        "Page at offset 0x4000 lies outside of its block of 0x4000 bytes"
                                + " (at byte %d, section ram)",
                        part + 5);
        assertThat(refused.at(1, Optional.empty())).isSameAs(refused);

        assertThat(assertThrows(StreamException.class, () -> reader.read(Unpooled.EMPTY_BUFFER)))
                .isSameAs(refused);
        assertThat(assertThrows(StreamException.class, reader::endOfInput)).isSameAs(refused);
    }

    @Test
    void aRefusalInAPackageSaysSo() {
        byte[] stream = SampleStreams.withItems(Bytes.of("08 0007 0004 00000005 | 08 0003 0000"));
        assertThat(SampleDestination.outcome(stream))
                .last(InstanceOfAssertFactories.STRING)
                .isEqualTo(
                        "COMMAND_IN_PACKAGE Command POSTCOPY_ADVISE is not allowed inside a package"
                                + " (at byte 0 of the package, command POSTCOPY_ADVISE)");
    }
}
