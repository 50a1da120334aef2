package io.vmferry.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Elements that the reader refuses or accepts, one row each. */
class StreamRefusalTest {

    private static final String RAM_START =
            "01 00000001 03 \"ram\" 00000000 00000004"
                    + "0000000000004004 03 \"ram\" 0000000000004000 0000000000000010 7e 00000001";
    private static final String TIMER =
            "04 00000000 05 \"timer\" 00000000 00000002"
                    + "000000000000000000000000000000000000000000000000";
    private static final String NAME_64 = "n".repeat(64);

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '=',
            quoteCharacter = '\'',
            value = {
                "BAD_MAGIC            = 5145564e",
                "BAD_MAGIC            = 00000000 00000000",
                "OBSOLETE_VERSION     = 5145564d 00000002",
                "UNSUPPORTED_VERSION  = 5145564d 00000004",
                "UNSUPPORTED_VERSION  = 5145564d ffffffff",
                "CONFIGURATION_MISSING= 5145564d 00000003 01",
                "CONFIGURATION_MISSING= 5145564d 00000003 00",
                "MACHINE_MISMATCH     = 5145564d 00000003 07 00000005 \"none2\" 00",
                "MACHINE_MISMATCH     = 5145564d 00000003 07 00000002 \"pc\" 00",
                "MACHINE_MISMATCH     = 5145564d 00000003 07 00000100",
                "MACHINE_MISMATCH     = 5145564d 00000003 07 ffffffff",
                "UNKNOWN_SUBSECTION   = HEAD 05 12 \"configuration/name\"",
                "UNKNOWN_SUBSECTION   = HEAD 05 0e \"configurationx\"",
                "UNKNOWN_SUBSECTION   = HEAD UUID 05 14 \"configuration/uuid/a\"",
                "SUBSECTION_VERSION   = HEAD 05 12 \"configuration/uuid\" 00000002",
                "SUBSECTION_VERSION   = HEAD 05 12 \"configuration/uuid\" 00000000",
                "TOO_MANY_CAPABILITIES= HEAD 05 1a \"configuration/capabilities\" 00000001 00000081",
                "TOO_MANY_CAPABILITIES= HEAD 05 1a \"configuration/capabilities\" 00000001 ffffffff",
                "UNKNOWN_SECTION_TYPE = HEAD 05 0d \"configuration\" 00000001",
                "UNKNOWN_SECTION_TYPE = HEAD 05 0e \"konfigurationx\" 00000001",
                "UNKNOWN_SECTION_TYPE = HEAD 05 00",
                "UNKNOWN_SECTION_TYPE = HEAD 06 00000000",
                "UNKNOWN_SECTION_TYPE = HEAD 07 00000004",
                "UNKNOWN_SECTION_TYPE = HEAD 09",
                "UNKNOWN_SECTION_TYPE = HEAD 7e 00000000",
                "UNKNOWN_SECTION_TYPE = HEAD ff",
                "UNKNOWN_SECTION      = HEAD 04 00000001 03 \"foo\" 00000000 00000001",
                "UNKNOWN_SECTION      = HEAD 04 00000001 05 \"timer\" 00000001 00000001",
                "UNKNOWN_SECTION      = HEAD 04 00000001 00",
                "UNKNOWN_SECTION_ID   = HEAD 02 00000001",
                "UNKNOWN_SECTION_ID   = HEAD 03 00000001",
                "FOOTER_MISSING       = HEAD TIMER 00",
                "FOOTER_MISSING       = HEAD TIMER 04",
                "FOOTER_MISMATCH      = HEAD TIMER 7e 00000001",
                "UNKNOWN_COMMAND      = HEAD 08 0000 0000",
                "UNKNOWN_COMMAND      = HEAD 08 000c 0000",
                "UNKNOWN_COMMAND      = HEAD 08 ffff ffff",
                "COMMAND_LENGTH       = HEAD 08 0001 0001",
                "COMMAND_LENGTH       = HEAD 08 0002 0003",
                "COMMAND_LENGTH       = HEAD 08 0002 0005",
                "COMMAND_LENGTH       = HEAD 08 0004 0001",
                "COMMAND_LENGTH       = HEAD 08 0005 0001",
                "COMMAND_LENGTH       = HEAD 08 0007 0008",
                "COMMAND_LENGTH       = HEAD 08 0008 0001",
                "COMMAND_LENGTH       = HEAD 08 0009 0001",
                "COMMAND_LENGTH       = HEAD 08 000b ffff",
                "ADVISE_LENGTH        = HEAD 08 0003 0008 0000000000001000",
                "ADVISE_LENGTH        = HEAD 08 0003 0001 00",
                "DISCARD_LENGTH       = HEAD 08 0006 0000",
                "DISCARD_LENGTH       = HEAD 08 0006 0006 00 03 \"ram\" 00",
                "DISCARD_LENGTH       = HEAD 08 0006 0017 00 03 \"ram\" 00 Z16 00",
                "DISCARD_LENGTH       = HEAD 08 0006 0014 00 12 \"r\" 00 Z16",
                "DISCARD_LENGTH       = HEAD 08 0006 0014 00 00 00 00 Z16",
                "DISCARD_VERSION      = HEAD 08 0006 0016 01 03 \"ram\" 00 Z16",
                "DISCARD_TERMINATOR   = HEAD 08 0006 0016 00 03 \"ram\" 01 Z16",
                "PACKAGE_TOO_LARGE    = HEAD 08 0007 0004 ffffffff",
                "PACKAGE_TOO_LARGE    = HEAD 08 0007 0004 02000001",
                "PACKAGE_UNTERMINATED = HEAD 08 0007 0004 00000000",
                "PACKAGE_UNTERMINATED = HEAD 08 0007 0004 00000005 08 0004 0000",
                "TRUNCATED            = HEAD 08 0007 0004 00000004 08 0004 00",
                "TRUNCATED            = HEAD 08 0007 0004 00000005 08 0004",
                "COMMAND_IN_PACKAGE   = HEAD 08 0007 0004 00000005 08 0003 0000",
                "COMMAND_IN_PACKAGE   = HEAD 08 0007 0004 00000005 08 0006 0016",
                "COMMAND_IN_PACKAGE   = HEAD 08 0007 0004 00000005 08 0007 0004",
                "COMMAND_IN_PACKAGE   = HEAD 08 0007 0004 00000005 08 000a 0004",
                "UNKNOWN_SECTION_TYPE = HEAD 08 0007 0004 00000001 07",
                "RECV_BITMAP_LENGTH   = HEAD 08 000a 0000",
                "RECV_BITMAP_LENGTH   = HEAD 08 000a 0001 00",
                "RECV_BITMAP_LENGTH   = HEAD 08 000a 0005 03 \"ram\" 00",
                "RECV_BITMAP_LENGTH   = HEAD 08 000a 0003 03 \"ra\"",
                "TRUNCATED            = HEAD",
                "TRUNCATED            = HEAD RAM 02 00000001",
                "RAM_FLAGS            = HEAD RAM 02 00000001 0000000000000018",
            })
    void isRefused(StreamError error, String stream) {
        assertThat(SampleDestination.outcome(bytes(stream)).getLast()).startsWith(error + " ");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '=',
            quoteCharacter = '\'',
            value = {
                "an empty machine name         = 5145564d 00000003 07 00000000 00",
                "a prefix of the machine name  = 5145564d 00000003 07 00000002 \"no\" 00",
                "no capability in the list     = HEAD 05 1a \"configuration/capabilities\""
                        + " 00000001 00000000 00",
                "a subsection twice            = HEAD UUID UUID 00",
                "no description                = HEAD 00",
                "an empty description          = HEAD 00 06 00000000",
                "half a description            = HEAD 00 06 00000005 \"{\"",
                "half a description's length   = HEAD 00 06 0000",
                "junk instead of a description = HEAD 00 07 5145564d",
                "junk after the description    = HEAD 00 06 00000002 \"{}\" ffff",
                "RAM as FULL                   = HEAD 04 00000001 03 \"ram\" 00000000 00000004"
                        + " 0000000000000010 7e 00000001 02 00000001 0000000000000010"
                        + " 7e 00000001 00",
                "START twice, then another id  = HEAD RAM RAM 01 deadbeef 03 \"ram\" 00000000"
                        + " 00000004 0000000000000010 7e deadbeef 00",
                "PART after END                = HEAD RAM 03 00000001 0000000000000010 7e 00000001"
                        + " 02 00000001 0000000000000010 7e 00000001 00",
                "devices before RAM            = HEAD TIMER 7e 00000000 RAM 00",
                "a discard of nothing          = HEAD 08 0006 0016 00 03 \"ram\" 00 Z16 00",
                "a discard without a range     = HEAD 08 0006 0043 00 40 \"N64\" 00 00",
                "a package that ends with EOF  = HEAD 08 0007 0004 00000001 00 00",
                "junk after RUN in a package   = HEAD 08 0007 0004 00000007 08 0005 0000 ffff 00",
                "SWITCHOVER_START twice        = HEAD 08 000b 0000 08 000b 0000 00",
                "a return path twice           = HEAD 08 0001 0000 08 0001 0000 00",
            })
    void isAccepted(String what, String stream) {
        List<String> outcome = SampleDestination.outcome(bytes(stream));
        assertThat(outcome).as(what).anyMatch(line -> line.equals("EOF"));
        assertThat(outcome.getLast()).as(what).matches("EOF|description of \\d+");
    }

    @ParameterizedTest
    @CsvSource({
        "08 000b 0000, true,  false, ''",
        "08 000b 0000, false, true,  UNKNOWN_COMMAND",
        "08 0008 0000, false, true,  ''",
        "08 0008 0000, true,  false, UNKNOWN_COMMAND",
    })
    void commandsDependOnTheVersion(
            String command, boolean switchoverStart, boolean colo, String error) {
        SampleDestination destination =
                new SampleDestination(
                        new StreamRules(
                                true,
                                true,
                                switchoverStart,
                                colo,
                                StreamRules.DEFAULT_MAX_PACKAGED_BYTES));
        StreamReader reader = destination.migration();
        String seen = "";
        try {
            reader.read(SampleStreams.begun().writeBytes(Bytes.of(command)));
        } catch (StreamException refused) {
            seen = refused.error().name();
        }
        assertThat(seen).isEqualTo(error);
    }

    private static byte[] bytes(String notation) {
        return Bytes.of(
                notation.replace("HEAD", "5145564d 00000003 07 00000004 \"none\"")
                        .replace(
                                "UUID",
                                "05 12 \"configuration/uuid\" 00000001"
                                        + "00112233445566778899aabbccddeeff")
                        .replace("RAM", RAM_START)
                        .replace("TIMER", TIMER)
                        .replace("Z16", "00000000000000000000000000000000")
                        .replace("N64", NAME_64));
    }
}
