#include "core/extract/office/xml_elements.h"

#include <expat.h>
#include <fmt/format.h>

#include <exception>
#include <new>
#include <utility>

#include "core/base/text.h"

namespace quarry::extract {
namespace {

/// The most that one collected element may hold, in bytes of names and text: its tree is several times that.
constexpr std::size_t largest_element = 16'000'000;

}  // namespace

/// Expat's events, made into trees. An exception must not pass through the C library: it is kept, and thrown behind it.
class XmlElements::Parser {
public:
    Parser(std::string_view part, ExtractBudget& budget, Choose choose, Visit visit)
        : part_(part), budget_(budget), choose_(std::move(choose)), visit_(std::move(visit)) {
        if (!expat_) throw std::bad_alloc();
        XML_SetUserData(expat_.get(), this);
        XML_SetElementHandler(
            expat_.get(),
            [](void* self, const char* name, const char** attributes) {
                static_cast<Parser*>(self)->guarded([&](Parser& parser) { parser.open(name, attributes); });
            },
            [](void* self, const char*) {
                static_cast<Parser*>(self)->guarded([](Parser& parser) { parser.close(); });
            });
        XML_SetCharacterDataHandler(expat_.get(), [](void* self, const char* text, int size) {
            static_cast<Parser*>(self)->guarded([&](Parser& parser) {
                parser.add_text({text, static_cast<std::size_t>(size)});
            });
        });
        XML_SetEntityDeclHandler(expat_.get(), [](void* self, const char*, int, const char*, int, const char*,
                                                  const char*, const char*, const char*) {
            static_cast<Parser*>(self)->guarded([](Parser& parser) { parser.refuse_entities(); });
        });
    }

    void parse(std::string_view piece, bool is_last) {
        const XML_Status status = XML_Parse(expat_.get(), piece.data(), static_cast<int>(piece.size()), is_last);
        if (failure_) std::rethrow_exception(failure_);
        if (status == XML_STATUS_OK) return;
        throw budget_.refusal(
            fmt::format("its part \"{}\" is not well-formed XML, at byte {}: {}", one_line(part_, 80),
                        XML_GetCurrentByteIndex(expat_.get()), XML_ErrorString(XML_GetErrorCode(expat_.get()))),
            "the file may be damaged: create or download it again");
    }

private:
    struct Free {
        void operator()(XML_Parser parser) const noexcept { XML_ParserFree(parser); }
    };

    template <typename Work>
    void guarded(Work&& work) noexcept {
        if (failure_) return;  // Expat may tell of a little more after it is stopped.
        try {
            work(*this);
        } catch (...) {
            failure_ = std::current_exception();
            XML_StopParser(expat_.get(), XML_FALSE);
        }
    }

    [[noreturn]] void refuse_entities() const {
        throw budget_.refusal(fmt::format("its part \"{}\" defines its own entities", one_line(part_, 80)));
    }

    void open(const char* name, const char** attributes) {
        budget_.check();
        if (++depth_ > budget_.limits().max_depth) {
            throw budget_.over_limit(fmt::format("its part \"{}\" has elements nested deeper than {}",
                                                 one_line(part_, 80), budget_.limits().max_depth));
        }
        if (use_ == Use::collect) {
            end_text();
            place_ = append(place_, name, attributes);
        } else if (use_ == Use::enter) {
            const pugi::xml_node opened = append(inner_, name, attributes);
            use_ = choose_(opened);
            if (use_ == Use::enter) {
                inner_ = opened;
                return;
            }
            inner_.remove_child(opened);
            used_from_ = depth_;
            element_.reset();
            element_bytes_ = 0;
            if (use_ == Use::collect) place_ = append(element_, name, attributes);
        }
    }

    void close() {
        if (use_ == Use::enter) {
            const pugi::xml_node closed = inner_;
            inner_ = closed.parent();
            inner_.remove_child(closed);
        } else {
            if (use_ == Use::collect) end_text();
            if (depth_ == used_from_) {
                if (use_ == Use::collect) visit_(place_);
                use_ = Use::enter;
            } else if (use_ == Use::collect) {
                place_ = place_.parent();
            }
        }
        --depth_;
    }

    void add_text(std::string_view text) {
        if (use_ != Use::collect) return;
        count(text.size());
        text_ += text;
    }

    void end_text() {
        if (text_.empty()) return;
        place_.append_child(pugi::node_pcdata).set_value(text_.c_str());
        text_.clear();
    }

    pugi::xml_node append(pugi::xml_node parent, const char* name, const char** attributes) {
        pugi::xml_node node = parent.append_child(name);
        count(std::string_view(name).size());
        for (const char** one = attributes; *one != nullptr; one += 2) {
            count(std::string_view(one[0]).size() + std::string_view(one[1]).size());
            node.append_attribute(one[0]).set_value(one[1]);
        }
        return node;
    }

    void count(std::size_t bytes) {
        constexpr std::size_t bytes_of_node = 8;
        element_bytes_ += bytes + bytes_of_node;
        if (use_ != Use::collect || element_bytes_ <= largest_element) return;
        throw budget_.over_limit(fmt::format("its part \"{}\" has an element larger than {}", one_line(part_, 80),
                                             human_bytes(largest_element)));
    }

    std::string part_;
    ExtractBudget& budget_;
    Choose choose_;
    Visit visit_;
    std::unique_ptr<std::remove_pointer_t<XML_Parser>, Free> expat_{XML_ParserCreate(nullptr)};
    std::exception_ptr failure_;
    pugi::xml_document parents_;       ///< The elements that are entered, with nothing but each other in them.
    pugi::xml_document element_;       ///< The one that is being collected.
    pugi::xml_node inner_ = parents_;  ///< The innermost that is entered.
    pugi::xml_node place_;             ///< The innermost that is open in the one being collected.
    std::string text_;                 ///< Of `place_`, behind its last child.
    Use use_ = Use::enter;
    std::size_t depth_ = 0;
    std::size_t used_from_ = 0;  ///< How deep the element lies that is collected or skipped.
    std::size_t element_bytes_ = 0;
};

XmlElements::XmlElements(std::string_view part, ExtractBudget& budget, Choose choose, Visit visit)
    : parser_(std::make_unique<Parser>(part, budget, std::move(choose), std::move(visit))) {}

XmlElements::~XmlElements() = default;

void XmlElements::add(std::string_view piece) { parser_->parse(piece, false); }

void XmlElements::finish() { parser_->parse({}, true); }

bool for_each_element(ZipArchive& archive, std::string_view part, ExtractBudget& budget, XmlElements::Choose choose,
                      XmlElements::Visit visit) {
    XmlElements elements(part, budget, std::move(choose), std::move(visit));
    if (!archive.read_pieces(part, [&](std::string_view piece) { elements.add(piece); })) return false;
    elements.finish();
    return true;
}

}  // namespace quarry::extract
