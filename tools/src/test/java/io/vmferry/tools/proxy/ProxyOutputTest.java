package io.vmferry.tools.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.stream.Element;
import io.vmferry.tools.proxy.ProxyOutput.TraceFormat;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProxyOutputTest {

    private static final Clock CLOCK =
            Clock.fixed(Instant.ofEpochSecond(1_700_000_000, 5_000), ZoneOffset.UTC);

    private static final List<ProxyEvent> EVENTS =
            List.of(
                    new ProxyEvent.ProxyOpen(new MigrationAddress.Tcp("h", 1)),
                    new ProxyEvent.Refused(2, "nobody listens"),
                    new ProxyEvent.Recognized(1, Optional.of(ChannelRole.MAIN)),
                    new ProxyEvent.Passed(
                            1,
                            Direction.STREAM,
                            new Passing(PlaceName.PING, "0x3", new Element(120, 9))),
                    new ProxyEvent.Passed(
                            1,
                            Direction.STREAM,
                            new Passing(PlaceName.EOF, "", new Element(500, 1))),
                    new ProxyEvent.Unread(1, Direction.RETURN_PATH, "strange"),
                    new ProxyEvent.FaultOver("pong:close", "pong(0x1) on #1", true),
                    new ProxyEvent.FaultOver("pong:close", "pong(0x1) on #1", false),
                    new ProxyEvent.FaultWaiting("pong#2:reset"),
                    new ProxyEvent.Cut("main", "reset"),
                    new ProxyEvent.Restored("main"),
                    new ProxyEvent.LeftOut(7),
                    new ProxyEvent.DirectionEnded(
                            1, Direction.STREAM, 1501, Optional.of("Connection reset")));

    private static List<String> lines(Optional<TraceFormat> trace) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        try (ProxyOutput output = new ProxyOutput(printed, trace, CLOCK)) {
            EVENTS.forEach(output);
        }
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void asJsonEachEventIsAnObject() {
        assertThat(lines(Optional.of(TraceFormat.JSON)))
                .allSatisfy(line ->
                        assertThat(line)
                                .startsWith(
                                        "{\"time\":\"2023-11-14T22:13:20.000005Z\",\"event\":\""))
                .map(line -> line.substring(line.indexOf("\"event\"")).replace("\"", ""))
                .containsExactly(
                        "event:listening,address:tcp:h:1}",
                        "event:refused,connection:2,reason:nobody listens}",
                        "event:recognized,connection:1,channel:main}",
                        "event:passed,connection:1,direction:stream,name:ping,argument:0x3,"
                                + "offset:120,bytes:9}",
                        "event:passed,connection:1,direction:stream,name:eof,offset:500,bytes:1}",
                        "event:unread,connection:1,direction:return-path,reason:strange}",
                        "event:injected,fault:pong:close,where:pong(0x1) on #1}",
                        "event:missed,fault:pong:close,where:pong(0x1) on #1}",
                        "event:waiting,fault:pong#2:reset}",
                        "event:cut,channel:main,how:reset}",
                        "event:restored,channel:main}",
                        "event:left-out,lines:7}",
                        "event:ended,connection:1,direction:stream,bytes:1501,"
                                + "cause:Connection reset}");
    }

    @Test
    void asTextEachEventIsALineWithItsTime() {
        assertThat(lines(Optional.of(TraceFormat.TEXT)))
                .map(line -> line.replaceFirst("^\\d\\d:\\d\\d:\\d\\d(\\.\\d+)? ", "TIME "))
                .containsExactly(
                        "listening on tcp:h:1",
                        "TIME #2 refused: nobody listens",
                        "TIME #1 -> is main",
                        "TIME #1 -> ping(0x3)",
                        "TIME #1 -> eof",
                        "TIME #1 <- carried unread from here: strange",
                        "TIME Fault 'pong:close' is injected at pong(0x1) on #1",
                        "TIME Fault 'pong:close' finds no connection to hit at pong(0x1) on #1",
                        "TIME Fault 'pong#2:reset' was not injected: its place was not reached",
                        "TIME Channel main is cut: reset",
                        "TIME Channel main is restored",
                        "TIME 7 lines were left out: they were not read as fast as they came",
                        "TIME #1 -> ended after 1,501 bytes: Connection reset");
    }

    @Test
    void withoutTraceOnlyWhatIsDoneIsTold() {
        assertThat(lines(Optional.empty())).hasSize(8).noneMatch(line -> line.contains("ping"));
    }
}
