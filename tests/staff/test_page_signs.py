from __future__ import annotations

from kb_service.staff.page_signs import is_security_page, licence_sign, locked_numbers, page_sign, read_page


def test_a_page_is_read_without_tags_entities_and_line_breaks():
    assert read_page("<p>Staff\n <b>count</b>&nbsp;EXCEEDED</p>").words == "staff count exceeded"


def test_the_two_numbers_of_a_locked_helpdesk_are_active_and_purchased():
    assert locked_numbers(read_page("Staff count exceeded. (3 &gt; 2).")) == (3, 2)


def test_two_different_pairs_are_no_pair():
    assert locked_numbers(read_page("Staff count exceeded. (3 > 2). Staff count exceeded. (4 > 2).")) is None


def test_the_wrong_domain_notice_is_seen_at_the_end_of_a_full_page():
    page = read_page(
        "<p>Welcome.</p>" * 500 + "This domain name does not match\n domain registered in the license key file"
    )

    assert licence_sign(page) == "wrong_domain_licence"


def test_the_words_of_a_long_page_are_its_content_and_no_sign():
    page = read_page("An article about how an account is suspended, maintenance, captcha and login required. " * 20)

    assert licence_sign(page) is None
    assert not is_security_page(page)
    assert page_sign(page) == "unexpected_response"


def test_a_home_page_with_a_login_box_is_a_page_and_not_a_login():
    home = "<html><form><input type='password'></form>" + "<p>News of our help centre.</p>" * 40 + "</html>"

    assert page_sign(read_page(home)) == "not_found"
