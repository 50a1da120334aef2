package io.vmferry.lab.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.Nodes;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of {@code scripts/matrix} in a browser: what its scripts make of an address. */
class PageIT {

    @TempDir Path directory;

    @BeforeEach
    void needsBrowser() {
        assumeTrue(ChildProcess.installed("chromium"), "no chromium on the PATH");
    }

    private Path page() throws Exception {
        Path page = directory.resolve("matrix.html");
        try (ChildProcess matrix =
                ChildProcess.start(
                        directory,
                        "matrix",
                        List.of(
                                Nodes.scripts().resolve("matrix").toString(),
                                "--simulated",
                                "--course=failure",
                                "--html=" + page))) {
            assertThat(matrix.exitCode()).as(matrix.stderr()).isZero();
        }
        return page;
    }

    /** The document after its scripts have run. */
    private String opened(Path page, String fragment) throws Exception {
        try (ChildProcess browser =
                ChildProcess.start(
                        directory,
                        "browser",
                        List.of(
                                "chromium",
                                "--headless=new",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--user-data-dir=" + directory.resolve("profile"),
                                "--virtual-time-budget=3000",
                                "--dump-dom",
                                page.toUri() + fragment))) {
            assertThat(browser.exitCode()).as(browser.stderr()).isZero();
            return browser.stdout();
        }
    }

    @Test
    void anAddressOpensACellOrSetsTheFilter() throws Exception {
        Path page = page();
        assertThat(opened(page, "#simulated/failure/source/pong(0x2)/kill"))
                .contains(
                        "<dialog id=\"details\" open=\"\">",
                        "<h2>kill at pong(0x2)</h2>",
                        "lost with the process that owned it; 0 ms from the fault to rest",
                        "vmferry matrix --course failure --at source --fault 'pong(0x2):kill' --seed 1");

        String filtered = opened(page, "#?only=lost&text=PONG");
        assertThat(filtered)
                .contains("1 of 9 rows")
                .containsPattern("<tr id=\"simulated/failure/source/pong\\(0x2\\)\">")
                .containsPattern("<tr id=\"simulated/failure/source/shut\\(1\\)\" hidden=\"\">")
                .doesNotContain("<dialog id=\"details\" open=\"\">");
    }
}
