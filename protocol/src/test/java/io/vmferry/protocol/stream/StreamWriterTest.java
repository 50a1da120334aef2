package io.vmferry.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StreamWriterTest {

    static Stream<Arguments> commands() {
        return Stream.of(
                Arguments.of(new Command.OpenReturnPath(), "08 0001 0000"),
                Arguments.of(new Command.Ping(1), "08 0002 0004 00000001"),
                Arguments.of(
                        Command.PostcopyAdvise.ram(4096, 4096),
                        "08 0003 0010 0000000000001000 0000000000001000"),
                Arguments.of(new Command.PostcopyAdvise(Optional.empty()), "08 0003 0000"),
                Arguments.of(new Command.PostcopyListen(), "08 0004 0000"),
                Arguments.of(new Command.PostcopyRun(), "08 0005 0000"),
                Arguments.of(
                        new Command.PostcopyRamDiscard(
                                "ram", List.of(new Command.Range(0x5F9000, 0xA07000))),
                        "08 0006 0016 00 03 \"ram\" 00 00000000005f9000 0000000000a07000"),
                Arguments.of(new Command.Packaged(210), "08 0007 0004 000000d2"),
                Arguments.of(new Command.Packaged(0xFFFF_FFFFL), "08 0007 0004 ffffffff"),
                Arguments.of(new Command.EnableColo(), "08 0008 0000"),
                Arguments.of(new Command.PostcopyResume(), "08 0009 0000"),
                Arguments.of(new Command.RecvBitmap("ram"), "08 000a 0004 03 \"ram\""),
                Arguments.of(new Command.SwitchoverStart(), "08 000b 0000"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void commandsHaveTheirBytes(Command command, String expected) {
        assertWritten(out -> StreamWriter.command(out, command), expected);
    }

    static Stream<Arguments> elements() {
        UUID uuid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
        return Stream.of(
                element("5145564d 00000003", StreamWriter::fileHeader),
                element(
                        "07 00000004 \"none\"",
                        out ->
                                StreamWriter.configuration(
                                        out, new Configuration("none", List.of()))),
                element(
                        "07 00000000 05 1e \"configuration/target-page-bits\" 00000001 0000000c",
                        out -> configuration(out, new ConfigurationSubsection.TargetPageBits(12))),
                element(
                        "07 00000000 05 1a \"configuration/capabilities\" 00000001 00000001"
                                + " 0a \"mapped-ram\"",
                        out ->
                                configuration(
                                        out,
                                        new ConfigurationSubsection.ValidatedCapabilities(
                                                List.of("mapped-ram")))),
                element(
                        "07 00000000 05 12 \"configuration/uuid\" 00000001"
                                + " 00112233445566778899aabbccddeeff",
                        out -> configuration(out, new ConfigurationSubsection.ValidatedUuid(uuid))),
                element(
                        "07 00000000 05 21 \"configuration/vmferry-return-path\" 00000001"
                                + " 00112233445566778899aabbccddeeff",
                        out ->
                                configuration(
                                        out, new ConfigurationSubsection.ReturnPathChannel(uuid))),
                element(
                        "01 00000001 03 \"ram\" 00000000 00000004",
                        out ->
                                StreamWriter.sectionHeader(
                                        out, new SectionHeader(SectionType.START, 1, "ram", 0, 4))),
                element(
                        "04 ffffffff 05 \"timer\" 00000001 00000002",
                        out ->
                                StreamWriter.sectionHeader(
                                        out,
                                        new SectionHeader(SectionType.FULL, -1, "timer", 1, 2))),
                element("02 00000001", out -> StreamWriter.part(out, 1)),
                element("03 deadbeef", out -> StreamWriter.end(out, 0xDEADBEEF)),
                element("7e 00000003", out -> StreamWriter.footer(out, 3)),
                element("00", StreamWriter::eof),
                element("06 00000002 \"{}\"", out -> StreamWriter.vmDescription(out, "{}")),
                element("06 00000000", out -> StreamWriter.vmDescription(out, "")));
    }

    @ParameterizedTest
    @MethodSource("elements")
    void elementsHaveTheirBytes(String expected, Consumer<ByteBuf> writer) {
        assertWritten(writer, expected);
    }

    @Test
    void aDiscardOfTooManyRangesIsAFaultOfTheCaller() {
        int most = Command.PostcopyRamDiscard.MAX_RANGES;
        List<Command.Range> ranges = Collections.nCopies(most + 1, new Command.Range(0, 0));
        String longest = "n".repeat(255);
        Command fits = new Command.PostcopyRamDiscard(longest, ranges.subList(0, most));
        Command tooMany = new Command.PostcopyRamDiscard(longest, ranges);

        assertThat(Bytes.written(out -> StreamWriter.command(out, fits)))
                .hasSizeGreaterThan(65_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StreamWriter.command(Unpooled.buffer(), tooMany));
    }

    private static Arguments element(String expected, Consumer<ByteBuf> writer) {
        return Arguments.of(expected, writer);
    }

    private static void configuration(ByteBuf out, ConfigurationSubsection subsection) {
        StreamWriter.configuration(out, new Configuration("", List.of(subsection)));
    }

    private static void assertWritten(Consumer<ByteBuf> writer, String expected) {
        assertThat(Bytes.hex(Bytes.written(writer))).isEqualTo(Bytes.hex(Bytes.of(expected)));
    }
}
