package io.vmferry.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BuildInfoTest {

    @Test
    void theBuildHasWrittenDownItsVersionAndCommit() {
        assertThat(BuildInfo.running().version()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(BuildInfo.running().commit()).matches("[0-9a-f]{7,}(-dirty)?|unknown");
    }

    @Test
    void aLineHasThemAndTheJava() {
        assertThat(new BuildInfo("1.2.3", "0123456789ab").line())
                .startsWith("vmferry 1.2.3 (commit 0123456789ab, Java " + Runtime.version())
                .hasLineCount(1);
    }
}
