@consumer
Feature: Finding where to book
  The Directory of Services gives a service its scheduling pointer, an ASID. The Spine Directory leads from there, in
  two steps, to the service root of the provider. Where one of them is unclear, nothing is searched and nothing booked.

  @DOS-01 @DOS-02 @DOS-05 @SDS-01 @SDS-02 @SDS-10 @CON-SRCH-17 @CON-CAP-01
  Scenario: A service is found in both directories, and booked
    When the first 111 service books the caller at "Alderley Urgent Treatment Centre" within 24 hours
    Then the pointer of the Directory of Services is looked up in the Spine Directory, in two steps
    And the Spine Directory is asked for an interaction of Care Connect
    And the consumer asks the provider what it is capable of
    And the booking uses the national standard

  @SDS-04
  Scenario: The Spine Directory has no nhsAS of the ASID
    When the first 111 service tries to book the caller at "Birchwood Urgent Treatment Centre"
    Then no slots are searched there, for SDS-04

  @SDS-05
  Scenario: The nhsAS has no Care Connect interactions
    When the first 111 service tries to book the caller at "Calderbrook Urgent Treatment Centre"
    Then no slots are searched there, for SDS-05

  @SDS-06
  Scenario: The nhsAS has GP Connect interactions beside Care Connect
    When the first 111 service tries to book the caller at "Dunholme Urgent Treatment Centre"
    Then no slots are searched there, for SDS-06

  @SDS-07
  Scenario: There are several nhsMHS
    When the first 111 service tries to book the caller at "Elmstead Urgent Treatment Centre"
    Then no slots are searched there, for SDS-07

  @SDS-08
  Scenario: There is no nhsMHS
    When the first 111 service tries to book the caller at "Fernley Urgent Treatment Centre"
    Then no slots are searched there, for SDS-08

  @SDS-08
  Scenario: The nhsMHS has no endpoint
    When the first 111 service tries to book the caller at "Garston Urgent Treatment Centre"
    Then no slots are searched there, for SDS-08

  @SDS-08
  Scenario: The endpoint is no URL
    When the first 111 service tries to book the caller at "Harrowby Urgent Treatment Centre"
    Then no slots are searched there, for SDS-08

  @DOS-03
  Scenario: Several scheduling pointers stop the booking
    When the first 111 service tries to book the caller at "Ivelford Urgent Treatment Centre"
    Then the consumer halts with an error, and neither directory nor provider is asked further

  @DOS-04
  Scenario: Without a scheduling pointer the call goes on as before
    When the first 111 service tries to book the caller at "Kettering Road Walk-in Centre"
    Then the consumer goes on with its existing workflow

  @DOS-08 @CON-SRCH-14
  Scenario: A service says nothing of bookings, and has no slot
    When the first 111 service tries to book the caller at "Addingham Urgent Treatment Centre"
    Then the referral is sent without a booking, for DOS-08
    And the user is told that there are no slots

  @DOS-10
  Scenario: A service needs no booking, and has no slot
    When the first 111 service tries to book the caller at "Bramhope Urgent Treatment Centre"
    Then the referral is sent without a booking, for DOS-10

  @DOS-09 @DOS-11
  Scenario Outline: A service takes referrals with a booking only, and has no slot: <spelling>
    When the first 111 service tries to book the caller at "<service>"
    Then no referral is sent, and the user is warned

    Examples:
      | spelling                     | service                             |
      | the name of now              | Clapham Road Urgent Treatment Centre |
      | the older name of the attribute | Denholme Urgent Treatment Centre  |

  @DOS-12
  Scenario: A service takes referrals with a booking only, and is booked
    When the first 111 service tries to book the caller at "Esholt Urgent Treatment Centre"
    Then the referral is sent with the booking
