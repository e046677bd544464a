@consumer
Feature: Finding where to book
  The Directory of Services gives a service its scheduling pointer, an ASID. The Spine Directory leads from there, in
  two steps, to the service root of the provider. Where one of them is unclear, nothing is searched and nothing booked.

  @DOS-01 @DOS-02 @DOS-05 @SDS-01 @SDS-02
  Scenario: A service is found in both directories, and booked
    When the first 111 service books the caller at "Alderley Urgent Treatment Centre" within 24 hours
    Then the pointer of the Directory of Services is looked up in the Spine Directory, in two steps
    And the booking uses the national standard

  Scenario Outline: The Spine Directory does not lead to one endpoint: <what>
    When the first 111 service tries to book the caller at "<service>"
    Then no slots are searched there, for <clause>

    @SDS-04
    Examples:
      | what | service | clause |
      | no nhsAS | Birchwood Urgent Treatment Centre | SDS-04 |

    @SDS-05
    Examples:
      | what | service | clause |
      | no Care Connect interactions | Calderbrook Urgent Treatment Centre | SDS-05 |

    @SDS-06
    Examples:
      | what | service | clause |
      | GP Connect interactions beside Care Connect | Dunholme Urgent Treatment Centre | SDS-06 |

    @SDS-07
    Examples:
      | what | service | clause |
      | several nhsMHS | Elmstead Urgent Treatment Centre | SDS-07 |

    @SDS-08
    Examples:
      | what | service | clause |
      | no nhsMHS | Fernley Urgent Treatment Centre | SDS-08 |
      | an nhsMHS without endpoint | Garston Urgent Treatment Centre | SDS-08 |
      | an endpoint that is no URL | Harrowby Urgent Treatment Centre | SDS-08 |

  @DOS-03
  Scenario: Several scheduling pointers stop the booking
    When the first 111 service tries to book the caller at "Ivelford Urgent Treatment Centre"
    Then the consumer halts with an error, and neither directory nor provider is asked further

  @DOS-04
  Scenario: Without a scheduling pointer the call goes on as before
    When the first 111 service tries to book the caller at "Kettering Road Walk-in Centre"
    Then the consumer goes on with its existing workflow
