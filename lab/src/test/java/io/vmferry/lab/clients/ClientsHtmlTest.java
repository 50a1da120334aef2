package io.vmferry.lab.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ClientsHtmlTest {

    private static Row row(String client, GuestEnd end, ReportedEnd reported) {
        return new Row(
                client,
                Situations.of(List.of("healthy")).getFirst(),
                "qemu-10.2",
                end,
                "completed / completed",
                reported,
                OptionalInt.of(0),
                "said <b>",
                List.of(),
                1234,
                2000);
    }

    @Test
    void aCellSaysWhatBecameOfTheGuestAndWhetherTheClientIsWrong() {
        Rows rows =
                new Rows(
                        List.of(
                                row("right", GuestEnd.MOVED, ReportedEnd.MOVED),
                                row("wrong", GuestEnd.LOST, ReportedEnd.MOVED)),
                        List.of());
        assertThat(ClientsHtml.text(rows, Map.of("Version", "1")))
                .contains(
                        "<dt>Version<dd>1</div>",
                        "<thead><tr><th>situation<th>right<th>wrong</thead>",
                        "<tr id=\"healthy/qemu-10.2\">",
                        "<td class=\"moved\">moved<td class=\"lost wrong\">lost NO</tr>",
                        "<div id=\"situation-healthy\">",
                        "said &lt;b&gt;",
                        "\"said\":\"said \\u003cb>\"")
                .doesNotContain("<b>\"", " title=");
    }

    @Test
    void whatWasNotPlayedIsNamed() {
        Rows.NotPlayed row = new Rows.NotPlayed("client", "device", "qemu-10.2", "no pair");
        assertThat(ClientsHtml.text(new Rows(List.of(), List.of(row)), Map.of()))
                .contains("<b>Not played:</b> client in device as qemu-10.2: no pair");
    }
}
