#pragma once

#include <string>
#include <string_view>

#include "core/extract/office/budget.h"
#include "core/extract/office/mime.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {

/// Writes one mail: its subject as heading, who, when, its text, and its attachments' names; text in these too.
///
/// Of alternatives the plain text is taken, else HTML. Mails in a mail are written below, as deep as is allowed.
class MailWriter {
public:
    MailWriter(TextBuilder& builder, ExtractBudget& budget) : builder_(builder), budget_(budget) {}

    /// The mail's subject, or words for there being none.
    [[nodiscard]] static std::string subject(const MimePart& mail);
    /// Whether each mail is a block of its own below its heading: those of a mailbox.
    void write(const MimePart& mail, bool as_record, std::size_t depth = 0);

private:
    void headers(const MimePart& mail);
    void content(const MimePart& part, std::size_t depth);
    void alternatives(const MimePart& part, std::size_t depth);
    void attachment(const MimePart& part, std::size_t depth);
    void plain_text(const MimePart& part);

    TextBuilder& builder_;
    ExtractBudget& budget_;
    std::size_t parts_ = 0;
};

}  // namespace quarry::extract
