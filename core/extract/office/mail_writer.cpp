#include "core/extract/office/mail_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/extract/html_text.h"
#include "core/extract/lines.h"

namespace quarry::extract {
namespace {

/// How deep mails and their parts may be nested; those of people are by three or four.
constexpr std::size_t deepest_mail_part = 30;

bool is_mail_text(const MimePart& part) { return part.media_type().starts_with("text/") && !part.is_attachment(); }

/// RFC 3676: a line that ends in a space goes on in the next.
std::string unfold_flowed(const std::string& text, bool delete_space) {
    std::string unfolded;
    for (std::size_t at = 0; at < text.size();) {
        const Line line = next_line(text, at);
        std::string_view content = std::string_view(text).substr(line.start, line.end - line.start);
        const bool quoted = content.starts_with('>');
        if (content.starts_with(' ')) content.remove_prefix(1);
        const bool flows = content.ends_with(' ') && content != "-- " && !quoted;
        if (flows && delete_space) content.remove_suffix(1);
        unfolded += content;
        if (!flows) unfolded += '\n';
        at = line.next;
    }
    return unfolded;
}

/// Text with blank lines between its paragraphs.
void mail_paragraphs(std::string_view text, TextBuilder& builder) {
    std::size_t start = 0, end = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Line line = next_line(text, at);
        if (is_blank_line(text.substr(line.start, line.end - line.start))) {
            builder.paragraph(text.substr(start, end - start));
            start = line.next;
        }
        end = at = line.next;
    }
    if (start < text.size()) builder.paragraph(text.substr(start));
}

}  // namespace

std::string MailWriter::subject(const MimePart& mail) {
    std::string subject = mail.header("subject");
    return trim(subject).empty() ? "(no subject)" : subject;
}

void MailWriter::write(const MimePart& mail, bool as_record, std::size_t depth) {
    if (depth == 0) parts_ = 0;
    const std::string title = subject(mail);
    builder_.heading(static_cast<int>(depth) + 1, title);
    if (as_record) builder_.begin_record(title);
    headers(mail);
    content(mail, depth);
    if (as_record) builder_.end_record();
}

void MailWriter::headers(const MimePart& mail) {
    std::string lines;
    for (const auto& [name, shown] :
         {std::pair("from", "From"), std::pair("to", "To"), std::pair("cc", "Cc"), std::pair("date", "Date")}) {
        const std::string value = mail.header(name);
        if (!value.empty()) lines += fmt::format("{}: {}\n", shown, value);
    }
    builder_.paragraph(lines);
}

void MailWriter::content(const MimePart& part, std::size_t depth) {
    budget_.check();
    if (depth > std::min(deepest_mail_part, budget_.limits().max_depth)) {
        throw budget_.over_limit(fmt::format("its parts are nested deeper than {}", deepest_mail_part));
    }
    if (++parts_ > budget_.limits().max_entries) {
        throw budget_.over_limit(fmt::format("it has more than {} parts", budget_.limits().max_entries));
    }
    const std::string& type = part.media_type();
    if (type == "multipart/alternative") {
        alternatives(part, depth);
    } else if (type.starts_with("multipart/")) {
        for (const MimePart& each : part.parts(budget_.limits().max_entries)) content(each, depth + 1);
    } else if (type == "message/rfc822") {
        attachment(part, depth);
    } else if (part.is_attachment()) {
        attachment(part, depth);
    } else if (type == "text/html") {
        append_html(part.text(), builder_);
    } else if (type.starts_with("text/")) {
        plain_text(part);
    }
}

void MailWriter::alternatives(const MimePart& part, std::size_t depth) {
    const auto parts = part.parts(budget_.limits().max_entries);
    // The last that can be shown is the best (RFC 2046), but for the plain one, which has no page around its words.
    const MimePart* best = nullptr;
    for (const MimePart& each : parts) {
        if (is_mail_text(each) || each.media_type().starts_with("multipart/")) best = &each;
    }
    for (const MimePart& each : parts) {
        if (each.media_type() == "text/plain" && is_mail_text(each) && !trim(each.body()).empty()) {
            best = &each;
            break;
        }
    }
    if (best != nullptr) content(*best, depth + 1);
}

void MailWriter::attachment(const MimePart& part, std::size_t depth) {
    const std::string& type = part.media_type();
    if (type == "message/rfc822") {
        const std::string inner = part.body();
        write(MimePart(inner), false, depth + 1);
        return;
    }
    const std::string body = part.body();
    const std::string name = one_line(strip_terminal_controls(part.file_name()), 200);
    builder_.paragraph(fmt::format("Attachment: {} ({}, {})", name.empty() ? "without a name" : name,
                                   one_line(strip_terminal_controls(replace_invalid_utf8(type)), 100),
                                   human_bytes(body.size())));
    if (type == "text/html") {
        append_html(part.text(), builder_);
    } else if (type.starts_with("text/")) {
        plain_text(part);
    }
}

void MailWriter::plain_text(const MimePart& part) {
    std::string text = part.text();
    if (ascii_lower(part.parameter("format")) == "flowed") {
        text = unfold_flowed(text, ascii_lower(part.parameter("delsp")) == "yes");
    }
    mail_paragraphs(text, builder_);
}

}  // namespace quarry::extract
