// What Apache POI reads of .msg: a line of tab-separated fields for each file (subject, text as words, recipients, attachments), or
// "error". `tools/msg_readers.py` runs it.

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

import org.apache.poi.hsmf.MAPIMessage;
import org.apache.poi.hsmf.datatypes.AttachmentChunks;

public class MsgByPoi {
    static String line(String text) {
        return text == null ? "" : text.split("\0", 2)[0].trim().replaceAll("\\s+", " ");
    }

    public static void main(String[] files) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String file : files) {
            try (MAPIMessage message = new MAPIMessage(file)) {
                message.setReturnNullOnMissingChunk(true);
                StringBuilder attachments = new StringBuilder();
                for (AttachmentChunks attachment : message.getAttachmentFiles()) {
                    byte[] data = attachment.getAttachData() == null ? null : attachment.getAttachData().getValue();
                    attachments.append(data == null ? "-" : String.valueOf(data.length)).append(' ');
                }
                out.println(String.join("\t", line(message.getSubject()), line(message.getTextBody()),
                        String.valueOf(message.getRecipientDetailsChunks().length), attachments.toString().trim()));
            } catch (Throwable error) {
                out.println("error\t" + line(error.toString()));
            }
        }
    }
}
