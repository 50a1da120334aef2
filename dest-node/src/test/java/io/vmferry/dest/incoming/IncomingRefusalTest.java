package io.vmferry.dest.incoming;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.device.GlobalStateDevice;
import io.vmferry.machine.device.TimerDevice;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.ram.RamBlockEntry;
import io.vmferry.protocol.ram.RamBlockName;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.RunState;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.ConfigurationSubsection;
import io.vmferry.protocol.stream.SectionType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every class of bad input: one line that says what and where, SHUT 1, and no guest. */
class IncomingRefusalTest {

    /** Where a stream with an open return path goes on. */
    private static final int OPENED = 22;

    /** A stream and what the refusal must say. */
    record Bad(String name, StreamBytes stream, boolean returnPathOpen, List<String> says) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static Bad atStart(String name, StreamBytes stream, String... says) {
        return new Bad(name, stream, false, List.of(says));
    }

    private static Bad bad(String name, StreamBytes stream, String... says) {
        return new Bad(name, stream, true, List.of(says));
    }

    private static StreamBytes opened() {
        StreamBytes stream = new StreamBytes().begin().command(new Command.OpenReturnPath());
        assertThat(stream.length()).isEqualTo(OPENED);
        return stream;
    }

    private static StreamBytes inRam() {
        return opened().ramStart();
    }

    private static StreamBytes record(String hex) {
        return inRam().hex("02 00000002").hex(hex);
    }

    static Stream<Bad> header() {
        return Stream.of(
                atStart("version 2", new StreamBytes().hex("5145564d 00000002"), "version 2"),
                atStart("version 4", new StreamBytes().hex("5145564d 00000004"), "version 4"),
                atStart("no configuration", new StreamBytes().header().eof(), "0x07", "0x00", "8"),
                atStart(
                        "other machine",
                        new StreamBytes().header().configuration("pc").eof(),
                        "'pc'",
                        "'none'"),
                atStart(
                        "longer machine",
                        new StreamBytes().header().configuration("nonesuch").eof(),
                        "'nonesuch'"),
                atStart(
                        "page bits",
                        new StreamBytes()
                                .begin(new ConfigurationSubsection.TargetPageBits(14))
                                .eof(),
                        "2^14",
                        "2^12"),
                atStart(
                        "capability here off",
                        new StreamBytes()
                                .begin(
                                        new ConfigurationSubsection.ValidatedCapabilities(
                                                List.of("x-ignore-shared")))
                                .eof(),
                        "x-ignore-shared",
                        "on at the source",
                        "off here"),
                atStart(
                        "unknown capability",
                        new StreamBytes()
                                .begin(
                                        new ConfigurationSubsection.ValidatedCapabilities(
                                                List.of("warp\ndrive")))
                                .eof(),
                        "unknown capability"),
                atStart(
                        "unknown subsection",
                        new StreamBytes()
                                .begin()
                                .hex("05 0f")
                                .with(out -> out.writeBytes(ascii("configuration/x")))
                                .hex("00000001"),
                        "configuration/x"));
    }

    static Stream<Bad> sections() {
        return Stream.of(
                bad(
                        "unknown device",
                        opened().section(SectionType.FULL, 7, "ide", 3, out -> {}),
                        "'ide'",
                        "" + OPENED),
                bad(
                        "name that is no text",
                        opened().section(SectionType.FULL, 7, "a\nb\u001b[2J", 3, out -> {}),
                        "a\\x0ab"),
                bad(
                        "other instance",
                        opened().hex("04 00000000 05 74696d6572 00000001 00000002"),
                        "'timer'",
                        "instance 1"),
                bad("no name", opened().hex("04 00000000 00 00000000 00000001"), "name"),
                bad(
                        "device too new",
                        opened().section(SectionType.FULL, 0, "timer", 3, out -> {}),
                        "version 3",
                        "newer than 2",
                        "section timer"),
                bad(
                        "device too old",
                        opened().section(SectionType.FULL, 0, "timer", 0, out -> {}),
                        "version 0",
                        "older than 1"),
                bad(
                        "version with the highest bit",
                        opened().section(SectionType.FULL, 0, "timer", -1, out -> {}),
                        "4294967295"),
                bad(
                        "ram too new",
                        opened().section(SectionType.START, 2, "ram", 5, out -> {}),
                        "version 5",
                        "section ram"),
                bad(
                        "ram too old",
                        opened().section(SectionType.START, 2, "ram", 3, out -> {}),
                        "version 3"),
                bad("unknown id", inRam().hex("02 00000009"), "9", "no START"),
                bad("type 5", opened().hex("05"), "section type 0x05", "" + OPENED),
                bad("type 6", opened().hex("06"), "section type 0x06"),
                bad("type 7", opened().hex("07"), "section type 0x07"),
                bad("type 9", opened().hex("09"), "section type 0x09"),
                bad("type footer", opened().hex("7e"), "section type 0x7e"),
                bad(
                        "footer of another",
                        opened().full(0, new TimerDevice()).with(out -> patch(out, 1)),
                        "footer",
                        "id 0",
                        "id 1",
                        "section timer"),
                bad(
                        "payload too long",
                        opened().hex("04 00000000 05 74696d6572 00000000 00000002")
                                .with(out -> out.writeZero(25)),
                        "footer (0x7e)",
                        "0x00"),
                bad(
                        "unknown run state",
                        opened().section(
                                        SectionType.FULL,
                                        3,
                                        "globalstate",
                                        1,
                                        out ->
                                                out.writeInt(4)
                                                        .writeBytes(ascii("abc"))
                                                        .writeZero(97)),
                        "'abc'",
                        "section globalstate"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void patch(ByteBuf out, int lastInt) {
        out.setInt(out.writerIndex() - 4, lastInt);
    }

    static Stream<Bad> ram() {
        RamBlockName other = new RamBlockName("vga");
        return Stream.of(
                bad(
                        "other size",
                        opened().ramStart(RamBlockEntry.of(Destination.BLOCK, 4096)),
                        "'ram'",
                        "4 KiB",
                        "32 KiB"),
                bad("unknown block", opened().ramStart(RamBlockEntry.of("vga", 4096)), "'vga'"),
                bad("page of an unknown block", inRam().page(other, 0, 1), "'vga'"),
                bad(
                        "more than the total",
                        opened().hex("01 00000002 03 72616d 00000000 00000004")
                                .hex("0000000000001004 03 72616d 0000000000008000"),
                        "0x8000",
                        "0x1000"),
                bad("beyond the block", record("0000000000008002 03 72616d 00"), "0x8000"),
                bad("far beyond", record("fffffffffffff002 03 72616d 00"), "0xfffffffffffff000"),
                bad("continued first", record("0000000000001022 00"), "continues"),
                bad("not zero", record("0000000000001002 03 72616d 01"), "0x01"),
                bad("flags 0", record("0000000000000000"), "0x000"),
                bad("flags full", record("0000000000000001"), "0x001"),
                bad("flags zero and page", record("000000000000000a"), "0x00a"),
                bad("flags 0x400", record("0000000000000400"), "0x400"),
                bad(
                        "xbzrle no such encoding",
                        record("0000000000001040 03 72616d 02 0000"),
                        "0x02"),
                bad("xbzrle too long", record("0000000000001040 03 72616d 01 1001"), "4097"),
                bad("xbzrle no run", record("0000000000001040 03 72616d 01 0001 00"), "0x1000"),
                bad(
                        "xbzrle beyond the page",
                        record("0000000000001040 03 72616d 01 0005 ff1f02aabb"),
                        "a run of 2 of changed bytes at byte 2 of 5"),
                bad(
                        "xbzrle run cut off",
                        record("0000000000001040 03 72616d 01 0003 0002aa"),
                        "a run of 2 of changed bytes at byte 1 of 3"),
                bad("xbzrle continued first", record("0000000000001060 01 0000"), "continues"),
                bad("xbzrle outside", record("0000000000008040 03 72616d 01 0000"), "0x8000"),
                bad("compressed", record("0000000000000100 03 72616d 00000000"), "0x100"));
    }

    static Stream<Bad> commands() {
        return Stream.of(
                atStart(
                        "ping without return path",
                        new StreamBytes().begin().command(new Command.Ping(1)),
                        "PING before OPEN_RETURN_PATH",
                        "17"),
                bad("command 0", opened().hex("08 0000 0000"), "0x0"),
                bad("command 12", opened().hex("08 000c 0000"), "0xc"),
                bad("length", opened().hex("08 0002 0003 000000"), "PING", "3", "4"),
                bad(
                        "advise",
                        opened().command(Command.PostcopyAdvise.ram(4096, 4096)),
                        "postcopy-ram"),
                bad("listen", opened().command(new Command.PostcopyListen()), "LISTEN", "none"),
                bad("run", opened().command(new Command.PostcopyRun()), "RUN"),
                bad(
                        "discard",
                        opened().command(
                                        new Command.PostcopyRamDiscard(
                                                "ram", List.of(new Command.Range(0, 4096)))),
                        "DISCARD"),
                bad("colo", opened().command(new Command.EnableColo()), "x-colo"),
                bad("bitmap", opened().command(new Command.RecvBitmap("vga")), "'vga'"),
                bad(
                        "huge package",
                        opened().command(new Command.Packaged(0xFFFF_FFFFL)),
                        "4294967295"),
                bad(
                        "package without end",
                        opened().command(new Command.Packaged(5)).hex("08 0001 0000"),
                        "package"),
                bad(
                        "listen in a package",
                        opened().command(new Command.Packaged(5)).hex("08 0004 0000"),
                        "LISTEN",
                        "package"));
    }

    @ParameterizedTest
    @MethodSource({"header", "sections", "ram", "commands"})
    void isRefused(Bad bad) {
        try (Destination here = new Destination()) {
            ManualLink link = here.connect();
            link.receive(bad.stream.bytes());
            here.assertFailed("Main channel: ", "(at byte ");
            here.assertFailed(bad.says.toArray(String[]::new));
            assertThat(here.told).containsExactly("setup", "active", "failed");
            if (bad.returnPathOpen) {
                assertThat(Destination.messages(link))
                        .containsExactly(new ReturnPathMessage.Shut(1));
            } else {
                assertThat(link.sent()).isEmpty();
            }
            assertThat(link.closed()).isTrue();
        }
    }

    @Test
    void whatAnOlderVersionDoesNotKnowIsRefusedByIt() {
        Destination.Plan plan = new Destination.Plan();
        plan.profile = Profile.QEMU_7_2;
        try (Destination here = new Destination(plan)) {
            here.load(opened().command(new Command.SwitchoverStart()).eof().bytes());
            here.assertFailed("0xb");
        }
        try (Destination here = new Destination(plan)) {
            here.load(record("0000000000000200").bytes());
            here.assertFailed("0x200");
        }
        try (Destination here = new Destination(plan)) {
            here.load(
                    record("0000000000001002 03 72616d 01 0000000000000010 7e 00000002 00")
                            .bytes());
            here.assertCompleted();
        }
    }

    @Test
    void aBrokenConnectionIsToldWithItsReason() {
        String reason = "Connection reset by peer";
        try (Destination here = new Destination()) {
            ManualLink link = here.connect();
            link.receive(inRam().bytes());
            link.breakOff(reason);
            here.assertFailed("Main channel: ", "Stream ended", reason);
        }
    }

    @Test
    void aPackageMayHoldDevices() {
        StreamBytes inner = new StreamBytes().full(3, new GlobalStateDevice(() -> RunState.PAUSED));
        byte[] blob = inner.eof().bytes();
        try (Destination here = new Destination()) {
            here.load(
                    opened().command(new Command.Packaged(blob.length))
                            .with(out -> out.writeBytes(blob))
                            .eof()
                            .bytes());
            here.assertCompleted();
            assertThat(here.guest.run().state()).isEqualTo(RunState.PAUSED);
        }
    }
}
