#include "core/extract/office/mail_extractor.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/extract/lines.h"
#include "core/extract/office/mail_writer.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {
namespace {

constexpr std::string_view mbox_mark = "From ";

bool looks_like_mail(const MimePart& mail) {
    for (const char* name : {"from", "to", "date", "subject", "received", "message-id", "content-type"}) {
        if (!mail.raw_header(name).empty()) return true;
    }
    return false;
}

/// Where the next mail's "From " line begins, at or behind `at`; the mailbox's end when there is none.
std::size_t next_mail(std::string_view mailbox, std::size_t at) {
    while (at < mailbox.size()) {
        const std::size_t mark = mailbox.find("\nFrom ", at);
        if (mark == std::string_view::npos) return mailbox.size();
        // Only behind an empty line; elsewhere it is a sentence.
        const bool behind_empty = mark > 0 && (mailbox[mark - 1] == '\n' || mailbox.substr(0, mark).ends_with("\n\r"));
        if (behind_empty) return mark + 1;
        at = mark + 1;
    }
    return mailbox.size();
}

/// mboxrd: lines of ">From " with any number of ">" have lost one.
std::string unquote_from_lines(std::string_view mail) {
    std::string text;
    text.reserve(mail.size());
    for (std::size_t at = 0; at < mail.size();) {
        const Line line = next_line(mail, at);
        std::string_view content = mail.substr(line.start, line.next - line.start);
        const std::size_t marks = content.find_first_not_of('>');
        if (marks != 0 && marks != std::string_view::npos && content.substr(marks).starts_with(mbox_mark)) {
            content.remove_prefix(1);
        }
        text += content;
        at = line.next;
    }
    return text;
}

}  // namespace

std::span<const std::string_view> MailExtractor::extensions() const noexcept {
    static constexpr auto endings = std::to_array<std::string_view>({"eml", "mht", "mhtml"});
    return endings;
}

document::Document MailExtractor::extract(std::string bytes, const ExtractOptions& options) const {
    ExtractBudget budget("mail", options);
    TextBuilder builder(options, media_type());
    // Many programs save a mail with the line that it had in a mailbox.
    const std::string_view content(bytes);
    const MimePart mail(content.substr(content.starts_with(mbox_mark) ? next_line(content, 0).next : 0));
    if (!looks_like_mail(mail)) {
        throw budget.refusal("it has no mail header such as From or Subject", "check its file extension");
    }
    MailWriter(builder, budget).write(mail, false);
    builder.document().title = one_line(MailWriter::subject(mail), 200);
    builder.add_metadata("author", mail.header("from"));
    builder.add_metadata("to", mail.header("to"));
    builder.add_metadata("created", rfc3339_date(mail.raw_header("date")));
    return builder.finish();
}

std::span<const std::string_view> MailboxExtractor::extensions() const noexcept {
    static constexpr auto endings = std::to_array<std::string_view>({"mbox"});
    return endings;
}

document::Document MailboxExtractor::extract(std::string bytes, const ExtractOptions& options) const {
    ExtractBudget budget("mbox", options);
    const std::string_view mailbox(bytes);
    if (!mailbox.starts_with(mbox_mark)) {
        throw budget.refusal("it does not begin with \"From \", as a mailbox does",
                             "if it is a single mail, name it .eml");
    }
    TextBuilder builder(options, media_type());
    MailWriter writer(builder, budget);
    builder.document().title = options.name;  // not the first mail's subject
    for (std::size_t at = 0; at < mailbox.size();) {
        const std::size_t end = next_mail(mailbox, at);
        const std::size_t start = std::min(next_line(mailbox, at).next, end);
        const std::string mail = unquote_from_lines(mailbox.substr(start, end - start));
        writer.write(MimePart(mail), true);
        at = end;
    }
    builder.document().title.clear();  // the file's name then
    return builder.finish();
}

}  // namespace quarry::extract
