package io.vmferry.lab.matrix;

/** What the web pages of reports have in common. */
public final class HtmlPage {

    private HtmlPage() {}

    /** Everything before the content. */
    public static String head(String title) {
        return """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>vmferry: %1$s</title><style>
        body { font: 14px/1.5 system-ui, sans-serif; margin: 2em; color: #1b1f24 }
        table { border-collapse: collapse; margin-bottom: 2em }
        th { text-align: left; font-weight: 600; padding: 2px 8px }
        td { padding: 2px 8px; border: 1px solid #e4e7eb; text-align: center }
        td, th { white-space: nowrap } td.point { white-space: normal; text-align: left; font-family: ui-monospace, monospace }
        .MOVED { background: #d7f0dd } .RECOVERED { background: #cfe6f7 }
        .SAFE { background: #e9f5d3 } .STRANDED { background: #fdeecb }
        .DAMAGED, .REVERTED { background: #f3dcf5 } .LOST { background: #f4b6b0 }
        .BROKEN, .TWICE { background: #d11; color: #fff } .MISSED { color: #99a }
        </style></head><body><h1>%1$s</h1>
        """
                .formatted(title);
    }

    /** Text as it stands in an element or an attribute, of XML too. */
    public static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
